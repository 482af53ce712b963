/* The checks, from the files outwards: a later one runs as far as the earlier ones let it. */
#include "check/checking.h"

#include "base/clock.h"
#include "base/error.h"
#include "check/inbound_places.h"
#include "check/roll_call.h"
#include "check/unchecked.h"
#include "config/policy_check.h"
#include "mail/caller.h"
#include "mail/logo.h"
#include "net/hook.h"
#include "pass/pass.h"
#include "sending/withholding.h"
#include "service/governing.h"
#include "service/overview.h"
#include "session/feeds.h"

#include <string.h>

/* A working day without a pass for so long is a scheduler that does not run. */
#define PASS_MISSING_S (24 * 3600)

/* Work that is due for so long means that passes do not get through. */
#define OVERDUE_S 3600

static char *policy_beside(const char *config_path)
{
	g_autofree char *folder = g_path_get_dirname(config_path);
	return g_build_filename(folder, "policy.conf", NULL);
}

static void found(Problems *problems, gboolean is_error, const char *file, const char *setting, const GError *error)
{
	problems_add(problems, is_error, file, 0, setting, NULL, "%s", error->message);
}

static void check_policy_in_force(Session *session, const char *path, Problems *problems)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(PolicyRow) current = store_policy_current(session_store(session), &failure);
	if (failure) {
		found(problems, TRUE, path, NULL, failure);
		return;
	}
	g_autofree char *text = NULL;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, NULL))
		return;
	char sha256[SHA256_HEX_SIZE];
	sha256_hex(text, length, sha256);
	if (!current)
		problems_add(problems, FALSE, path, 0, NULL, NULL, "it to be applied: no policy is in force yet (akkoord policy apply %s)", path);
	else if (strcmp(current->sha256, sha256))
		problems_add(problems, FALSE, path, 0, NULL, NULL, "it to be applied: version %" G_GINT64_FORMAT " in force is another text (akkoord policy apply %s)",
		             current->version, path);
}

/* Records why a server does not answer; TRUE where that is no fault of the configuration's. */
static gboolean is_away(const char *path, const char *setting, const char *wanted, const GError *failure, Problems *problems)
{
	problems_add(problems, TRUE, path, 0, setting, NULL, "%s: %s", wanted, failure->message);
	return error_kind(failure) == ERROR_UNAVAILABLE;
}

/* Both FALSE where it answers. */
typedef struct {
	gboolean away, misconfigured;
} ServerState;

static ServerState check_directory(Session *session, const char *path, const Policy *policy, Problems *problems)
{
	g_autoptr(GError) failure = NULL;
	if (answers_ping(session_answers(session), &failure))
		return (ServerState){0};
	g_autofree char *unchecked = unchecked_text(session_settings(session), policy);
	g_autofree char *wanted = unchecked ? g_strdup_printf("a directory that answers (not checked therefore: whom these name: %s)", unchecked) : g_strdup("a directory that answers");
	gboolean away = is_away(path, "directory", wanted, failure, problems);
	return (ServerState){.away = away, .misconfigured = !away};
}

static ServerState check_mail(const Settings *settings, const char *path, Problems *problems)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(MailTransport) transport = mail_transport_new(settings, &failure);
	if (transport && mail_transport_check(transport, &failure))
		return (ServerState){0};
	const char *wanted = error_kind(failure) == ERROR_UNAVAILABLE ? "a mail server that answers" : "a mail server that lets Akkoord send";
	gboolean away = is_away(path, "mail", wanted, failure, problems);
	return (ServerState){.away = away, .misconfigured = !away};
}

/* Everybody whom the roles and the policy name is looked for. */
static ServerState check_people(Session *session, const char *path, const Policy *policy, const char *policy_path, gint64 now, Problems *problems)
{
	g_autoptr(GError) failure = NULL;
	ServerState state = {0};
	if (roll_call_run(session, policy, path, policy_path, now, problems, &state.away, &state.misconfigured, &failure))
		return state;
	found(problems, TRUE, path, "store", failure);
	return (ServerState){.misconfigured = TRUE};
}

static ServerState check_feeds(Session *session, const char *path, gint64 now, Problems *problems)
{
	ServerState state = {0};
	if (!session_settings(session)->absences->len)
		return state;
	g_autoptr(GPtrArray) readings = feeds_check(session, now);
	for (guint i = 0; i < readings->len; i++) {
		const FeedReading *reading = readings->pdata[i];
		if (!reading->error)
			continue;
		g_autofree char *label = feed_label(reading->source);
		g_autofree char *wanted = g_strdup_printf("a calendar that can be read: %s", label);
		gboolean away = is_away(path, "absences", wanted, reading->error, problems);
		state.away |= away;
		state.misconfigured |= !away;
	}
	return state;
}

static ServerState check_mailboxes(Session *session, const char *path, Problems *problems)
{
	const GPtrArray *mailboxes = session_settings(session)->inbound_imap;
	ServerState state = {0};
	for (guint i = 0; i < mailboxes->len; i++) {
		g_autoptr(GError) failure = NULL;
		g_autofree char *label = imap_access_label(mailboxes->pdata[i]);
		g_autofree char *wanted = g_strdup_printf("a mailbox that can be read: %s", label);
		if (mail_poll_check(mailboxes->pdata[i], &failure))
			continue;
		gboolean away = is_away(path, "inbound.imap", wanted, failure, problems);
		state.away |= away;
		state.misconfigured |= !away;
	}
	return state;
}

/* Whether the channel's secrets can be read, and its host answers; nothing is called. */
static gboolean channel_works(const ChannelAccess *access, const Channel *channel, GError **error)
{
	g_autoptr(Caller) caller = caller_new(access, error);
	const char *host = strstr(channel->url, "://");
	if (!caller || !host || !channel_access_allows(access, channel->url))
		return caller != NULL;
	g_autofree char *place = g_strndup(channel->url, (gsize)(host + 3 - channel->url) + strcspn(host + 3, "/?#"));
	return hook_connect(place, access->ca_file, channel->timeout_s, error);
}

static ServerState check_channels(Session *session, const char *path, const Policy *policy, Problems *problems)
{
	ServerState state = {0};
	for (guint i = 0; policy && i < policy->channels->len; i++) {
		const Channel *channel = policy->channels->pdata[i];
		const ChannelAccess *access = settings_channel(session_settings(session), channel->name);
		g_autoptr(GError) failure = NULL;
		if (!access || channel_works(access, channel, &failure))
			continue;
		g_autofree char *setting = g_strconcat("channels.", channel->name, NULL);
		gboolean away = is_away(path, setting, "a host that answers", failure, problems);
		state.away |= away;
		state.misconfigured |= !away;
	}
	return state;
}

/* FALSE: that servers are away is all that is wrong. */
static gboolean check_servers(Session *session, const char *path, const Policy *policy, const char *policy_path, gint64 now, Problems *problems)
{
	gboolean all_else_is_well = !problems_has_errors(problems);
	answers_set_mode(session_answers(session), ANSWERS_ANEW);
	ServerState directory = check_directory(session, path, policy, problems);
	if (!directory.away && !directory.misconfigured)
		directory = check_people(session, path, policy, policy_path, now, problems);
	ServerState mail = check_mail(session_settings(session), path, problems);
	ServerState feeds = check_feeds(session, path, now, problems);
	ServerState channels = check_channels(session, path, policy, problems);
	ServerState mailboxes = check_mailboxes(session, path, problems);
	gboolean only_away = (directory.away || mail.away || feeds.away || channels.away || mailboxes.away) && !directory.misconfigured && !mail.misconfigured &&
	                     !feeds.misconfigured && !channels.misconfigured && !mailboxes.misconfigured;
	return !(all_else_is_well && only_away);
}

static void check_passes(Session *session, const char *path, gint64 now, Problems *problems)
{
	Store *store = session_store(session);
	g_autoptr(GError) failure = NULL;
	gint64 last = G_MININT64, next = INSTANT_NONE;
	const Policy *policy = session_policy(session, NULL, NULL);
	Calendar *calendar = policy ? policy_calendar(policy, policy->default_calendar) : NULL;
	if (!store_runtime_get(store, "last_pass", &last, &failure) || !pass_next(session, &next, &failure)) {
		found(problems, TRUE, path, "store", failure);
		return;
	}
	if (last == G_MININT64)
		problems_add(problems, FALSE, path, 0, NULL, NULL, "a pass: none was made yet (akkoord serve, or akkoord tick from cron)");
	else if (now - last > PASS_MISSING_S && (!calendar || calendar_working_seconds_between(calendar, last, now) > 0)) {
		g_autofree char *when = overview_time(session, last);
		problems_add(problems, TRUE, path, 0, NULL, NULL, "a pass every working day: the last was on %s (is akkoord serve running, or cron?)", when);
	}
	if (next != INSTANT_NONE && now - next > OVERDUE_S) {
		g_autofree char *since = overview_time(session, next);
		problems_add(problems, FALSE, path, 0, NULL, NULL, "no overdue work: something has waited since %s", since);
	}
}

static void check_brake(Session *session, const char *path, Problems *problems)
{
	gboolean paused;
	g_autoptr(PauseRow) pause = NULL;
	g_autoptr(GError) failure = NULL;
	if (!store_paused(session_store(session), &paused, &pause, &failure)) {
		found(problems, TRUE, path, "store", failure);
		return;
	}
	g_autofree char *since = pause ? overview_time(session, pause->at) : NULL;
	if (paused)
		problems_add(problems, FALSE, path, 0, NULL, NULL, "sending to go on: it is paused since %s, because: %s (akkoord resume)", since,
		             pause->reason ? pause->reason : "?");
}

static void say_of_list(Session *session, const char *path, const AllowList *list, Problems *problems)
{
	const Settings *settings = session_settings(session);
	g_autoptr(GPtrArray) withheld = store_withheld(session_store(session), NULL);
	if (settings->redirect_all_to && !allow_list_has(list, settings->redirect_all_to))
		problems_add(problems, TRUE, path, 0, "mail.redirect_all_to", settings->redirect_all_to, "an address that is on mail.allow_list: as it is nothing is sent");
	problems_add(problems, FALSE, path, 0, "mail.allow_list", settings->mail_allow_list,
	             "no list once the trial is over: only who is on it (%u lines) is written to, and %u messages to others are held back", allow_list_count(list),
	             withheld ? withheld->len : 0);
}

/* That a trial goes on is easily forgotten. */
static void check_trial(Session *session, const char *path, Problems *problems)
{
	const Settings *settings = session_settings(session);
	if (settings->redirect_all_to)
		problems_add(problems, FALSE, path, 0, "mail.redirect_all_to", settings->redirect_all_to, "nothing once the trial is over: every mail goes to this address, and nobody else gets one");
	g_autoptr(AllowList) list = NULL;
	g_autoptr(GError) failure = NULL;
	if (!withholding_read(session, &list, &failure))
		problems_add(problems, TRUE, path, 0, "mail.allow_list", settings->mail_allow_list, "a list that names somebody: as it is nothing is sent (%s)", failure->message);
	else if (list)
		say_of_list(session, path, list, problems);
}

static void check_outage(Session *session, const char *path, Problems *problems)
{
	gint64 silent;
	g_autoptr(GError) failure = NULL;
	if (!store_outage(session_store(session), &silent, &failure)) {
		found(problems, TRUE, path, "store", failure);
		return;
	}
	g_autofree char *since = silent != INSTANT_NONE ? overview_time(session, silent) : NULL;
	if (since)
		problems_add(problems, FALSE, path, 0, "directory", NULL, "a directory that answers: passes have heard nothing from it since %s, and go by what it said before", since);
}

/* With --online each is read now. */
static void check_calendars(Session *session, const char *path, Problems *problems)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(GPtrArray) feeds = store_feeds(session_store(session), &failure);
	if (!feeds)
		found(problems, TRUE, path, "store", failure);
	for (guint i = 0; feeds && i < feeds->len; i++) {
		const FeedRow *feed = feeds->pdata[i];
		if (feed->failing == INSTANT_NONE)
			continue;
		g_autofree char *label = feed_label(feed->url), *since = overview_time(session, feed->failing);
		problems_add(problems, FALSE, path, 0, "absences", label, "a calendar that can be read: since %s it cannot, and what it said before serves: %s", since,
		             feed->failure);
	}
}

/* Mails as they would be: every problem of the templates, and a logo that they cannot show. */
static void check_looks(Session *session, const char *path, Problems *problems)
{
	g_autoptr(GError) failure = NULL;
	const char *logo = session_settings(session)->logo;
	if (!session_mail_style(session, &failure))
		found(problems, TRUE, path, "mail.templates", failure);
	g_clear_error(&failure);
	g_autoptr(Logo) shown = logo_load(logo, "check", &failure);
	if (!shown && failure)
		found(problems, FALSE, path, "organisation.logo", failure);
}

gboolean checking_run(const Invocation *invocation, const char *policy_path, gboolean online, Problems *problems)
{
	const char *path = invocation->config_path;
	gint64 now = invocation->now_given ? invocation->now : clock_now();
	g_autofree char *beside = policy_path ? g_strdup(policy_path) : policy_beside(path);
	g_autoptr(Settings) settings = settings_read(path, problems);
	g_autoptr(Policy) policy = governing_check(beside, settings, (Date){.day = (gint32)(now / 86400)}, problems);
	if (!settings)
		return TRUE;
	if (!settings->role_admin->len)
		problems_add(problems, FALSE, path, 0, "roles.admin", NULL, "somebody to tell what is stuck or was refused: it names nobody");
	g_autoptr(GError) failure = NULL;
	g_autoptr(Session) session = session_open(invocation, &failure);
	if (!session) {
		found(problems, TRUE, path, "store", failure);
		return TRUE;
	}
	if (policy && !policy_path)
		check_policy_in_force(session, beside, problems);
	check_looks(session, path, problems);
	check_brake(session, path, problems);
	check_trial(session, path, problems);
	check_outage(session, path, problems);
	inbound_places_check(session, path, now, online, problems);
	if (!online) {
		check_calendars(session, path, problems);
		return TRUE;
	}
	check_passes(session, path, now, problems);
	return check_servers(session, path, policy, beside, now, problems);
}
