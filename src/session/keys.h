/* The keys with which addresses (and links) are signed: one is used, the ones before it still hold. */
#ifndef SESSION_KEYS_H
#define SESSION_KEYS_H

#include "session/session.h"

/* The one to sign with now: made anew every ninety days. In a transaction of its own where one is to be made. */
gboolean keys_current(Session *session, gint64 now, SecretKey *key, GError **error);

/* key->id 0: there is none of that id. */
gboolean keys_find(Session *session, gint64 id, SecretKey *key, GError **error);

#endif
