/* The blocks of the API, one inside another: no name of theirs hides another, and no cast in them loses or invents bits. */
#include "../../sentry.h"

int blocks(sentry_hub_t *hub);
int blocks(sentry_hub_t *hub)
{
    int count = 0;
    SENTRY_WITH_HUB (hub) {
        SENTRY_WITH_SCOPE (outer) {
            SENTRY_WITH_SCOPE (inner) {
                sentry_scope_set_tag(inner, "a", "b");
                SENTRY_WITH_HUB (NULL) count++;
            }
            sentry_scope_set_tag(outer, "a", "b");
        }
    }
    return count;
}
