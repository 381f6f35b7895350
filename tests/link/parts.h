/* What the files of the test program have of each other. Uses the API, so that the header is included once more. */
#ifndef PARTS_H
#define PARTS_H
#include "../../sentry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each returns 0 when the SDK works in its file. The first two use the shared SDK, started by main. */
int part_c(void);
int part_other(void);
int part_private(void);

#ifdef __cplusplus
}
#endif
#endif
