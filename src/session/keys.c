/* A key is made where there is none that is young enough; none is ever taken away, since what it signed may come back. */
#include "session/keys.h"

#define KEY_LASTS_S (90 * 86400)

gboolean keys_current(Session *session, gint64 now, SecretKey *key, GError **error)
{
	Store *store = session_store(session);
	gint64 made;
	if (!store_key_newest(store, key, &made, error))
		return FALSE;
	if (key->id != 0 && now - made < KEY_LASTS_S)
		return TRUE;
	const gboolean ok = store_begin(store, error) && store_key_add(store, now, error);
	return session_end(session, ok, error) && store_key_newest(store, key, &made, error);
}

gboolean keys_find(Session *session, gint64 id, SecretKey *key, GError **error)
{
	return store_key_of(session_store(session), id, key, error);
}
