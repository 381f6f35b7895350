/* The API in C, the header first, twice, and once more through another. */
#include "../../sentry.h"
#include "../../sentry.h"
#include "parts.h"
#include <string.h>

int part_c(void)
{
    sentry_value_t value = sentry_value_new_object();
    char *json;
    int wrong;
    sentry_value_set_by_key(value, "part", sentry_value_new_string("c"));
    json = sentry_value_to_json(value);
    wrong = !json || strcmp(json, "{\"part\":\"c\"}") != 0;
    sentry_free(json);
    sentry_value_decref(value);
    SENTRY_WITH_SCOPE (scope) {
        sentry_uuid_t id;
        sentry_scope_set_tag(scope, "part", "c");
        id = sentry_capture_message(SENTRY_LEVEL_INFO, "from C");
        wrong |= sentry_uuid_is_nil(&id);
    }
    return wrong;
}
