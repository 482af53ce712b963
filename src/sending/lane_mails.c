#include "sending/lane_mails.h"

#include "session/keys.h"

#include <string.h>

/* What each connection is made of. */
typedef struct {
	const Settings *settings;
	Bearer *bearer; /* that all log in with; NULL */
	SecretKey key;  /* of the envelope senders */
} Mails;

static gpointer open_one(gpointer user_data, GError **error)
{
	const Mails *mails = user_data;
	MailTransport *transport = mail_transport_new_beside(mails->settings, mails->bearer, error);
	if (transport)
		mail_transport_sign(transport, &mails->key);
	return transport;
}

static void carry(gpointer with, Parcel *parcel)
{
	mail_transport_deliver(with, parcel->id, parcel->to, parcel->bytes, &parcel->delivery);
}

static void close_one(gpointer with)
{
	mail_transport_free(with);
}

static const PoolWork mail_work = {open_one, carry, close_one, TRUE};

static guint width_of(const Settings *settings)
{
	return g_str_has_prefix(settings->transport, "smtp") ? (guint)settings->mail_connections : 1;
}

static gboolean open_mails(Lane *lane, GAsyncQueue *back, gint64 now, GError **error)
{
	Mails *mails = lane->own = g_new0(Mails, 1);
	mails->settings = session_settings(lane->session);
	mails->bearer = bearer_new(mails->settings);
	if (!keys_current(lane->session, now, &mails->key, error))
		return FALSE;
	lane->pool = mail_pool_new(&mail_work, mails, width_of(mails->settings), back, error);
	return lane->pool != NULL;
}

static void close_mails(Lane *lane)
{
	Mails *mails = lane->own;
	if (mails)
		bearer_free(mails->bearer);
	g_free(mails);
}

/* Notices go all the same. */
static GPtrArray *list_mails(const Lane *lane, gint64 now, guint limit, gboolean held_up, GError **error)
{
	Store *store = session_store(lane->session);
	return held_up ? store_notices_to_send(store, now, limit, error) : store_messages_to_send(store, now, limit, error);
}

static const LaneKind kind = {.list = list_mails, .open = open_mails, .close = close_mails, .withholds = TRUE};

Lane *lane_of_mails(Session *session)
{
	return lane_new(&kind, session, LANE_OF_MAILS, NULL);
}
