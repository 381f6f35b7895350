/* A program that loads and unloads a shared library, which has an SDK of its own and leaves it on: what it has to send must not be lost,
 * and nothing of it may run when it is gone. With PLUGIN the library, else the program: unload LIBRARY FOLDER. */
#ifdef PLUGIN
#define SENTRY_IMPLEMENTATION
#define SENTRY_API static
#include "../../sentry.h"

/* Nobody listens there: what is sent is kept in the folder, at the latest when the SDK ends. */
int plugin_start(const char *folder);
int plugin_start(const char *folder)
{
    sentry_options_t options;
    sentry_uuid_t id;
    memset(&options, 0, sizeof options);
    options.dsn = "http://key@127.0.0.1:9/1";
    options.release = "plugin@1";
    options.database_path = folder;
    options.auto_session_tracking = SENTRY_OFF;
    if (sentry_init(&options) != 0) return 1;
    id = sentry_capture_message(SENTRY_LEVEL_INFO, "from the plugin");
    return sentry_uuid_is_nil(&id);
}
#else
#include <dirent.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How many events wait in the folder. */
static int waiting(const char *folder)
{
    char path[1024];
    const struct dirent *entry;
    DIR *directory;
    int events = 0;
    snprintf(path, sizeof path, "%s/cache", folder);
    directory = opendir(path);
    while (directory && (entry = readdir(directory)) != NULL) events += strstr(entry->d_name, ".envelope") != NULL;
    if (directory) closedir(directory);
    return events;
}

int main(int argc, char **argv)
{
    int (*start)(const char *folder), round;
    struct sigaction before, after;
    if (argc != 3 || sigaction(SIGSEGV, NULL, &before) != 0) return 1;
    for (round = 0; round < 2; round++) {
        void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL), *symbol = library ? dlsym(library, "plugin_start") : NULL;
        if (!symbol) return printf("%s\n", dlerror()), 1;
        memcpy(&start, &symbol, sizeof start);
        if (start(argv[2]) != 0) return puts("the plugin does not start"), 1;
        if (dlclose(library) != 0) return puts("the plugin does not end"), 1;
        if (dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) != NULL) return puts("the plugin is still there"), 1;
        usleep(100000);
    }
    if (sigaction(SIGSEGV, NULL, &after) != 0 || before.sa_handler != after.sa_handler) return puts("its crash handler is still there"), 1;
    printf("%d events wait\n", waiting(argv[2]));
    return waiting(argv[2]) != 2;
}
#endif
