/* The bytes of messages, written and read. Private to the store. */
#ifndef STORE_STORE_BODY_H
#define STORE_STORE_BODY_H

#include "store/store.h"

/* `files`: of GBytes, in the order in which they stand in the bytes; NULL: none. In the caller's transaction. */
gboolean store_body_write(Store *store, const char *message, GBytes *bytes, const GPtrArray *files, GError **error);

/* A body as it is kept, made whole; owned by the caller. */
GBytes *store_body_join(Store *store, const char *message, const void *outline, gsize length, GError **error);

#endif
