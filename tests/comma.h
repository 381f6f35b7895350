/* comma.h: a locale whose decimal point is a comma, as a program that calls setlocale may have. Include after files.h. */
#ifndef COMMA_H
#define COMMA_H

#include <locale.h>

static inline int comma_is_decimal(void)
{
    const struct lconv *conventions = localeconv();
    return conventions && conventions->decimal_point && conventions->decimal_point[0] == ',';
}

/* Sets such a locale, one compiled for the test where the C library has the means to. Whether there is one. */
static inline int comma_begin(void)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "fr_FR.utf8", "nl_NL.utf8",
        "German_Germany" };
    size_t i;
#ifdef __GLIBC__
    char directory[256], command[512];
    if (!test_new_directory(directory, sizeof directory)) return 0;
    snprintf(command, sizeof command, "localedef -i de_DE -f ISO-8859-1 '%s/de_DE' >/dev/null 2>&1", directory);
    if (system(command) == 0) test_set_env("LOCPATH", directory);
#endif
    for (i = 0; i < sizeof names / sizeof names[0] && !comma_is_decimal(); i++) setlocale(LC_ALL, names[i]);
#ifdef __GLIBC__
    file_remove(directory, NULL);
#endif
    return comma_is_decimal();
}

#endif /* COMMA_H */
