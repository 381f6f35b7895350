/* log.h: a logger that keeps what the SDK says about itself. Include after sentry.h and test.h. */
#ifndef LOG_H
#define LOG_H

#include <stdarg.h>

static struct {
    test_mutex_t lock;
    char text[65536]; /* a line for each message */
} logged = { TEST_MUTEX_INIT, "" };

/* For options.logger. */
static inline SENTRY_PRINTF(2, 0) void keep_log(sentry_level_t level, const char *message, va_list args, void *data)
{
    size_t used;
    (void)level;
    (void)data;
    test_lock(&logged.lock);
    used = strlen(logged.text);
    vsnprintf(logged.text + used, sizeof logged.text - used, message, args);
    used = strlen(logged.text);
    snprintf(logged.text + used, sizeof logged.text - used, "\n");
    test_unlock(&logged.lock);
}

#endif /* LOG_H */
