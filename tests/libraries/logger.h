/* logger.h: what the tests of libraries' loggers share: every record becomes a breadcrumb and none an event, and what levels they got.
 * Include after collect.h. */
#ifndef LOGGER_H
#define LOGGER_H

/* Adds that to options; for one start of the SDK. */
static inline void logger_take_all(sentry_options_t *options)
{
    static const sentry_integration_t *listed[2];
    sentry_logging_options_t logging;
    memset(&logging, 0, sizeof logging);
    logging.level = SENTRY_LEVEL_TRACE;
    logging.event_level = SENTRY_LOGGER_NONE;
    listed[0] = sentry_logging_integration(&logging);
    options->integrations = listed;
}

/* Sends a message with the breadcrumbs, the first event, of which there must be `count`. */
static inline void logger_show(size_t count)
{
    sentry_capture_message(SENTRY_LEVEL_INFO, "show");
    CHECK_INT(collect_len(0, "breadcrumbs.values"), count);
}

/* The level of breadcrumb i. */
static inline const char *logger_level(size_t i)
{
    char path[64];
    snprintf(path, sizeof path, "breadcrumbs.values.%d.level", (int)i);
    return collect_str(0, path);
}

#endif
