/* A mail is moved on only once what it leads to is committed; found again after a death in between, it is known by the record and has no second effect. */
#include "pass/incoming.h"

#include "base/error.h"
#include "inbound/maildrop.h"
#include "service/receiving.h"

/* What cannot be read as a file will never be a mail: it goes to cur/ too, so that it is not met for ever. */
static gboolean put_aside(const char *path, const GError *failure)
{
	g_autoptr(GError) error = NULL;
	g_warning("%s", failure->message);
	if (error_kind(failure) == ERROR_INVALID && !maildrop_done(path, &error))
		g_warning("%s", error->message);
	return TRUE;
}

/* FALSE: the store's error. */
static gboolean take_mail(Session *session, const char *path, gint64 now, guint *received, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_auto(Receipt) receipt = {0};
	g_autoptr(GBytes) bytes = maildrop_read(path, RECEIVED_MAX_BYTES + 1, &failure);
	if (!bytes)
		return put_aside(path, failure);
	if (!receiving_take(session, bytes, "maildir", now, &receipt, error))
		return FALSE;
	if (receipt.reason)
		g_warning("%s: %s: it is kept as event %" G_GINT64_FORMAT, path, receipt.reason, receipt.event);
	(*received)++;
	if (!maildrop_done(path, &failure))
		g_warning("%s", failure->message);
	return TRUE;
}

static gboolean take_maildir(Session *session, const char *maildir, gint64 now, guint *received, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(GPtrArray) mails = maildrop_new_mails(maildir, INCOMING_MAX - *received, &failure);
	if (!mails)
		g_warning("inbound: %s", failure->message);
	for (guint i = 0; mails && i < mails->len; i++)
		if (!take_mail(session, mails->pdata[i], now, received, error))
			return FALSE;
	return TRUE;
}

gboolean incoming_run(Session *session, gint64 now, guint *received, GError **error)
{
	const GPtrArray *maildirs = session_settings(session)->inbound_maildirs;
	*received = 0;
	for (guint i = 0; maildirs && i < maildirs->len && *received < INCOMING_MAX; i++)
		if (!take_maildir(session, maildirs->pdata[i], now, received, error))
			return FALSE;
	return TRUE;
}
