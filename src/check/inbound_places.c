#include "check/inbound_places.h"

#include "base/clock.h"
#include "codec/idn.h"
#include "inbound/maildrop.h"
#include "inbound/received.h"
#include "mail/verp.h"
#include "pass/polling.h"
#include "service/overview.h"

#include <glib/gstdio.h>

#define LOOKED_AT_MAX 10000u
#define UNTAKEN_S     3600
#define UNCLEAR_S     (7 * 86400)

static void say(Problems *problems, const char *path, const char *setting, const char *found, const char *wanted)
{
	problems_add(problems, FALSE, path, 0, setting, found, "%s", wanted);
}

static gboolean verp_fits(const char *bounce)
{
	g_autofree char *message = session_new_id("m"), *ascii = idn_mail_address(bounce, NULL);
	const SecretKey key = {.id = 1};
	g_autofree char *address = ascii ? verp_address(ascii, message, &key) : NULL;
	return address != NULL;
}

static void check_bounce_address(const Settings *settings, const char *path, Problems *problems)
{
	if (settings->mail_verp && !verp_fits(settings->mail_bounce))
		say(problems, path, "mail.bounce", settings->mail_bounce,
		    "a shorter name before the @: with this one there is no room for a token (64 octets in all), so that no report of what could not be delivered is known to be true");
}

/* Those that have lain there for an hour. */
static guint count_untaken(const GPtrArray *mails)
{
	const gint64 now = clock_now(); /* files know no other time */
	guint count = 0;
	for (guint i = 0; i < mails->len; i++) {
		GStatBuf status;
		count += g_stat(mails->pdata[i], &status) == 0 && now - (gint64)status.st_mtime > UNTAKEN_S;
	}
	return count;
}

static void check_maildir(const char *maildir, const char *path, Problems *problems)
{
	g_autoptr(GError) failure = NULL;
	if (!maildrop_is_there(maildir))
		return; /* the settings say so */
	g_autoptr(GPtrArray) mails = maildrop_new_mails(maildir, LOOKED_AT_MAX, &failure);
	const guint untaken = mails ? count_untaken(mails) : 0;
	g_autofree char *wanted = mails ? g_strdup_printf("no mails that lie there for over an hour: %u do (is akkoord serve running, or cron?)", untaken)
	                                : g_strdup_printf("a Maildir that can be read: %s", failure->message);
	if (!mails || untaken)
		say(problems, path, "inbound.maildirs", maildir, wanted);
}

static void check_mailbox(Session *session, const ImapAccess *access, const char *path, gboolean online, Problems *problems)
{
	gint64 failing;
	guint left;
	g_autofree char *label = imap_access_label(access);
	if (!polling_known(session, access, &failing, &left, NULL))
		return;
	g_autofree char *since = overview_time(session, failing);
	g_autofree char *unread = g_strdup_printf("a mailbox that can be read: since %s it cannot (akkoord check --online says why)", since);
	g_autofree char *large = g_strdup_printf("no mails of more than %d MiB: %u are left there, and nobody takes them in", RECEIVED_MAX_BYTES / 1024 / 1024, left);
	if (failing != INSTANT_NONE && !online)
		say(problems, path, "inbound.imap", label, unread);
	if (left)
		say(problems, path, "inbound.imap", label, large);
}

static void check_unclear(Session *session, const char *path, gint64 now, Problems *problems)
{
	guint count;
	gint64 last;
	if (!store_count_unclear(session_store(session), now - UNCLEAR_S, &count, &last, NULL) || count == 0)
		return;
	g_autofree char *wanted = g_strdup_printf("to be looked at: in seven days %u mails came in about deliveries that nothing could be done with (the last: akkoord receive --show %" G_GINT64_FORMAT ")",
	                                          count, last);
	say(problems, path, "inbound", NULL, wanted);
}

void inbound_places_check(Session *session, const char *path, gint64 now, gboolean online, Problems *problems)
{
	const Settings *settings = session_settings(session);
	check_bounce_address(settings, path, problems);
	for (guint i = 0; settings->inbound_maildirs && i < settings->inbound_maildirs->len; i++)
		check_maildir(settings->inbound_maildirs->pdata[i], path, problems);
	for (guint i = 0; i < settings->inbound_imap->len; i++)
		check_mailbox(session, settings->inbound_imap->pdata[i], path, online, problems);
	check_unclear(session, path, now, problems);
}
