/* What is known of each mailbox stands in `runtime`; the threads that read them know nothing of the store.
 *
 * Invariant: a mail is moved away only once what it leads to is committed. Who dies in between finds it there again, and in the record. */
#include "pass/polling.h"

#include "base/error.h"
#include "base/secret.h"
#include "pass/incoming.h"
#include "service/receiving.h"

#include <string.h>

#define PATIENCE_US (2 * G_USEC_PER_SEC)

/* --- what is known --- */

/* The mailbox's name in `runtime`. Owned by the caller. */
static char *key_of(const ImapAccess *access, const char *what)
{
	g_autofree char *label = imap_access_label(access);
	char sha256[SHA256_HEX_SIZE];
	sha256_hex(label, strlen(label), sha256);
	return g_strdup_printf("imap_%s_%.16s", what, sha256);
}

static gboolean get(Session *session, const ImapAccess *access, const char *what, gint64 *value, GError **error)
{
	g_autofree char *key = key_of(access, what);
	return store_runtime_get(session_store(session), key, value, error);
}

static gboolean set(Session *session, const ImapAccess *access, const char *what, gint64 value, GError **error)
{
	g_autofree char *key = key_of(access, what);
	return store_runtime_set(session_store(session), key, value, error);
}

gboolean polling_known(Session *session, const ImapAccess *access, gint64 *failing, guint *left, GError **error)
{
	gint64 count;
	if (!get(session, access, "failing", failing, error) || !get(session, access, "left", &count, error))
		return FALSE;
	*left = count > 0 ? (guint)count : 0;
	return TRUE;
}

static gboolean note_failure(Session *session, const ImapAccess *access, const char *why, gint64 now, GError **error)
{
	gint64 failing;
	g_autofree char *label = imap_access_label(access);
	if (!get(session, access, "failing", &failing, error))
		return FALSE;
	if (failing != INSTANT_NONE)
		return TRUE;
	g_warning("inbound, %s: %s", label, why);
	return set(session, access, "failing", now, error);
}

/* Each is named once, also where the daemon starts anew: UIDs grow as long as the folder is the same. */
static gboolean note_left(Session *session, const ImapAccess *access, const PollResult *result, GError **error)
{
	gint64 before, named;
	const gint64 highest = (gint64)(((guint64)result->validity << 32 | result->last_left) & G_MAXINT64);
	g_autofree char *label = imap_access_label(access);
	if (result->more)
		return TRUE; /* it has not seen all */
	if (!get(session, access, "left", &before, error) || !get(session, access, "named", &named, error))
		return FALSE;
	const gboolean is_news = result->left && (highest >> 32 != named >> 32 || highest > named);
	if (is_news)
		g_warning("inbound, %s: %u mails of more than %d MiB are left there, up to UID %u", label, result->left, RECEIVED_MAX_BYTES / 1024 / 1024, result->last_left);
	if (is_news && !set(session, access, "named", highest, error))
		return FALSE;
	return MAX(before, 0) == result->left || set(session, access, "left", result->left, error);
}

static gboolean note_success(Session *session, const ImapAccess *access, const PollResult *result, GError **error)
{
	gint64 failing;
	g_autofree char *label = imap_access_label(access);
	if (!get(session, access, "failing", &failing, error))
		return FALSE;
	if (failing != INSTANT_NONE)
		g_message("inbound, %s: read again", label);
	return (failing == INSTANT_NONE || set(session, access, "failing", INSTANT_NONE, error)) && note_left(session, access, result, error);
}

/* --- taking in --- */

static gboolean take_mail(Session *session, const ImapAccess *access, const PolledMail *mail, gint64 now, GError **error)
{
	g_auto(Receipt) receipt = {0};
	g_autofree char *label = imap_access_label(access);
	if (!receiving_take(session, mail->bytes, "imap", now, &receipt, error))
		return FALSE;
	if (receipt.reason)
		g_warning("%s, UID %u: %s: it is kept as event %" G_GINT64_FORMAT, label, mail->uid, receipt.reason, receipt.event);
	return TRUE;
}

static gboolean take_offer(Session *session, const ImapAccess *access, MailPoll *poll, gint64 now, guint *received, GError **error)
{
	const GPtrArray *mails = mail_poll_mails(poll);
	for (guint i = 0; i < mails->len; i++)
		if (!take_mail(session, access, mails->pdata[i], now, error))
			return FALSE;
	*received += mails->len;
	mail_poll_confirm(poll);
	return TRUE;
}

static gboolean settle(Session *session, const ImapAccess *access, PollPlace *place, gint64 now, GError **error)
{
	g_autoptr(MailPoll) poll = g_steal_pointer(&place->poll);
	const PollResult *result = mail_poll_result(poll);
	place->given_up = FALSE;
	if (result->error)
		return note_failure(session, access, result->error->message, now, error);
	if (result->more)
		place->next = now;
	return note_success(session, access, result, error);
}

static gboolean give_up(Session *session, const ImapAccess *access, PollPlace *place, gint64 now, GError **error)
{
	place->given_up = TRUE;
	return note_failure(session, access, "reading it does not come back", now, error);
}

/* Takes in what there is, until `deadline_us`; of a server that did not answer in an earlier pass only what has come already, unless it answers now. */
static gboolean follow(Session *session, const ImapAccess *access, PollPlace *place, gint64 deadline_us, gint64 now, guint *received, GError **error)
{
	gboolean ok = TRUE, is_slow = place->is_slow;
	place->is_slow = TRUE;
	while (ok && place->poll)
		switch (mail_poll_wait(place->poll, is_slow ? 0 : deadline_us)) {
		case POLL_OFFERS:
			is_slow = FALSE;
			ok = take_offer(session, access, place->poll, now, received, error);
			break;
		case POLL_ENDED:
			return settle(session, access, place, now, error);
		case POLL_OVERDUE:
			return place->given_up || give_up(session, access, place, now, error);
		case POLL_WORKS:
			return TRUE;
		}
	if (!ok)
		g_clear_pointer(&place->poll, mail_poll_free); /* what could not be recorded stays where it is */
	return ok;
}

static gboolean is_due(const PollPlace *place, const ImapAccess *access, gint64 now)
{
	return !place->poll && (place->next == INSTANT_NONE || now >= place->next || place->next > now + access->every_s);
}

gboolean polling_run(Session *session, gint64 now, guint *received, GError **error)
{
	const GPtrArray *mailboxes = session_settings(session)->inbound_imap;
	GArray *places = mailboxes->len ? session_mail_polls(session) : NULL;
	const gint64 deadline_us = g_get_monotonic_time() + PATIENCE_US;
	for (guint i = 0; i < mailboxes->len; i++) {
		PollPlace *place = &g_array_index(places, PollPlace, i);
		if (!is_due(place, mailboxes->pdata[i], now) || *received >= INCOMING_MAX)
			continue;
		place->is_slow = FALSE;
		place->next = now + ((const ImapAccess *)mailboxes->pdata[i])->every_s;
		place->poll = mail_poll_start(session_settings_ref(session), mailboxes->pdata[i], INCOMING_MAX, RECEIVED_MAX_BYTES);
	}
	for (guint i = 0; i < mailboxes->len; i++)
		if (!follow(session, mailboxes->pdata[i], &g_array_index(places, PollPlace, i), deadline_us, now, received, error))
			return FALSE;
	return TRUE;
}

gboolean polling_finish(Session *session, gint64 now, guint *received, GError **error)
{
	const GPtrArray *mailboxes = session_settings(session)->inbound_imap;
	GArray *places = session_polls_mail(session) ? session_mail_polls(session) : NULL;
	for (guint i = 0; places && i < places->len; i++) {
		PollPlace *place = &g_array_index(places, PollPlace, i);
		while (place->poll && !place->given_up) {
			place->is_slow = FALSE;
			if (!follow(session, mailboxes->pdata[i], place, g_get_monotonic_time() + PATIENCE_US, now, received, error))
				return FALSE;
		}
	}
	return TRUE;
}

gint64 polling_next(Session *session, gint64 now)
{
	GArray *places = session_polls_mail(session) ? session_mail_polls(session) : NULL;
	gint64 at = INSTANT_NONE;
	for (guint i = 0; places && i < places->len; i++) {
		const PollPlace *place = &g_array_index(places, PollPlace, i);
		const gint64 next = place->poll && !place->given_up ? now : place->next;
		at = at == INSTANT_NONE ? next : MIN(at, next);
	}
	return at;
}
