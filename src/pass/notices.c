/* A fact is told to a person once: message.queued names the facts that it tells, and the store refuses it where one was told. All admins are told in one
 * transaction, so that what one of them was told, all were. The directory is asked before it. */
#include "pass/notices.h"

#include "base/error.h"
#include "pass/troubles.h"
#include "people/people.h"
#include "people/roles.h"
#include "service/posting.h"

/* The directory did not say who the admins are. */
#define UNKNOWN_RETRY_S 300

/* Nobody can be told. */
#define NOBODY_RETRY_S 3600

/* The admins of akkoord.conf; no administration is called so. */
#define USUAL_CIRCLE ""

typedef struct {
	Person *person;
	Calendar *calendar; /* borrowed from the policy */
	char *id;
	GHashTable *circles; /* of char *: of the invoices of which administrations they are told; USUAL_CIRCLE of all others and of what is about none */
	GPtrArray *untold;   /* of Notice */
	gint64 not_before;
} Admin;

static void admin_free(gpointer data)
{
	Admin *admin = data;
	person_free(admin->person);
	g_free(admin->id);
	g_hash_table_unref(admin->circles);
	g_clear_pointer(&admin->untold, g_ptr_array_unref);
	g_free(admin);
}

typedef struct {
	Session *session;
	const Policy *policy;
	gint64 now;
	GPtrArray *admins;   /* of Admin */
	GHashTable *circles; /* of char *: those that have anybody who can be told */
	guint reached;       /* of the admins: they know it all now, or will at their next slot */
} Telling;

/* The one of that person, made where there is none yet. */
static Admin *admin_of(Telling *telling, const Person *person, const char *administration)
{
	for (guint i = 0; i < telling->admins->len; i++) {
		Admin *known = telling->admins->pdata[i];
		if (!g_strcmp0(known->person->directory_id, person->directory_id))
			return known;
	}
	Admin *admin = g_new0(Admin, 1);
	admin->person = person_copy(person);
	admin->circles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	admin->calendar = people_calendar(telling->session, telling->policy, administration, person);
	admin->not_before = calendar_next_slot(admin->calendar, telling->policy->slots, calendar_next_work(admin->calendar, telling->now));
	g_ptr_array_add(telling->admins, admin);
	return admin;
}

/* Those of one administration (NULL: the usual ones), who can be told. */
static gboolean find_circle(Telling *telling, const char *administration, GError **error)
{
	const char *circle = administration ? administration : USUAL_CIRCLE;
	g_autoptr(GPtrArray) people = roles_admins(telling->session, administration, error);
	for (guint i = 0; people && i < people->len; i++) {
		const Person *person = people->pdata[i];
		if (person->disabled || !person->mail)
			continue;
		g_hash_table_add(admin_of(telling, person, administration)->circles, g_strdup(circle));
		g_hash_table_add(telling->circles, g_strdup(circle));
	}
	return people != NULL;
}

static gboolean find_admins(Telling *telling, GError **error)
{
	gboolean known = find_circle(telling, NULL, error);
	for (guint i = 0; i < telling->policy->administrations->len; i++) {
		const Administration *administration = telling->policy->administrations->pdata[i];
		if (administration->admins->len)
			known = find_circle(telling, administration->name, known ? error : NULL) && known;
	}
	return known;
}

/* Where nobody of an administration's own can be told, the usual admins are. */
static gboolean concerns(const Telling *telling, const Admin *admin, const Notice *notice)
{
	const char *own = notice->administration && g_hash_table_contains(telling->circles, notice->administration) ? notice->administration : USUAL_CIRCLE;
	return g_hash_table_contains(admin->circles, own);
}

static gboolean read_untold(const Telling *telling, Admin *admin, GError **error)
{
	g_clear_pointer(&admin->untold, g_ptr_array_unref);
	admin->untold = store_untold(session_store(telling->session), admin->id, error);
	for (guint i = admin->untold ? admin->untold->len : 0; i > 0; i--)
		if (!concerns(telling, admin, admin->untold->pdata[i - 1]))
			g_ptr_array_remove_index(admin->untold, i - 1);
	return admin->untold != NULL;
}

static gboolean withdraw(const Telling *telling, const MessageRow *notice, const char *why, GError **error)
{
	Event *event = event_new("message.withdrawn", telling->now, NULL, NULL);
	js_object_set_string(event->data, "message", notice->id);
	js_object_set_string(event->data, "why", why);
	return store_append(session_store(telling->session), event, NULL, error);
}

/* A notice that waits gives way to one that says it all, and nothing that is so no more; what was to go at an earlier slot does not wait for another. */
static gboolean take_back(const Telling *telling, Admin *admin, GError **error)
{
	Store *store = session_store(telling->session);
	g_autoptr(GError) failure = NULL;
	g_autoptr(MessageRow) waiting = store_waiting_notice(store, admin->id, &failure);
	if (!waiting) {
		if (failure)
			g_propagate_error(error, g_steal_pointer(&failure));
		return !failure;
	}
	gboolean outdated;
	if (!store_notice_is_outdated(store, waiting->id, &outdated, error))
		return FALSE;
	if (!outdated && !admin->untold->len)
		return TRUE;
	admin->not_before = CLAMP(waiting->next_try, telling->now, admin->not_before);
	return withdraw(telling, waiting, admin->untold->len ? "there-is-more" : "outdated", error);
}

static gboolean compose(const Telling *telling, const Admin *admin, const char *message, ComposedMail *mail, GError **error)
{
	const MailStyle *style = session_mail_style(telling->session, error);
	g_autoptr(Troubles) troubles = style ? troubles_new(telling->session, admin->untold, error) : NULL;
	if (!troubles)
		return FALSE;
	g_autofree char *message_id = mail_message_id(session_settings(telling->session), message);
	MailNotice notice = {
		.recipient = admin->person,
		.calendar = admin->calendar,
		.now = telling->now,
		.troubles = &g_array_index(troubles->troubles, MailTrouble, 0),
		.n_troubles = troubles->troubles->len,
		.more = troubles->more,
		.message_id = message_id,
	};
	return mail_compose_notice(style, &notice, mail, error);
}

/* An address that no mail can go to stops nobody else's. */
static gboolean give_up(const Person *person, const GError *failure, GError **error)
{
	if (error_kind(failure) != ERROR_PERMANENT && error_kind(failure) != ERROR_INVALID) {
		g_propagate_error(error, g_error_copy(failure));
		return FALSE;
	}
	g_warning("notice to %s: %s", person->uid ? person->uid : person->directory_id, failure->message);
	return TRUE;
}

static gboolean tell(Telling *telling, const Admin *admin, GError **error)
{
	if (!admin->untold->len) {
		telling->reached++;
		return TRUE;
	}
	g_autofree char *id = session_new_id("m");
	g_autoptr(GError) failure = NULL;
	ComposedMail mail = {0};
	if (!compose(telling, admin, id, &mail, &failure))
		return give_up(admin->person, failure, error);
	g_autoptr(GPtrArray) facts = g_ptr_array_new();
	for (guint i = 0; i < admin->untold->len; i++)
		g_ptr_array_add(facts, ((const Notice *)admin->untold->pdata[i])->fact);
	Posting posting = {.id = id, .kind = "notice", .person = admin->id, .facts = facts, .not_before = admin->not_before};
	gboolean queued = posting_queue(telling->session, &posting, &mail, telling->now, error);
	composed_mail_clear(&mail);
	telling->reached++;
	return queued;
}

/* What one admin is told counts as told: each is asked for what is new to them before any is told. */
static gboolean tell_all(Telling *telling, GError **error)
{
	for (guint i = 0; i < telling->admins->len; i++) {
		Admin *admin = telling->admins->pdata[i];
		admin->id = people_record(telling->session, admin->person, telling->now, error);
		if (!admin->id || !read_untold(telling, admin, error) || !take_back(telling, admin, error))
			return FALSE;
	}
	for (guint i = 0; i < telling->admins->len; i++)
		if (!read_untold(telling, telling->admins->pdata[i], error))
			return FALSE;
	for (guint i = 0; i < telling->admins->len; i++)
		if (!tell(telling, telling->admins->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean look_again(Session *session, gint64 at, GError **error)
{
	return store_wakeup_set(session_store(session), WAKEUP_ADMINS, WAKEUP_ADMINS_ID, at, error);
}

gboolean notices_run(Session *session, gint64 now, GError **error)
{
	gint64 due;
	if (!store_wakeup_next_of(session_store(session), WAKEUP_ADMINS, &due, error))
		return FALSE;
	if (due == INSTANT_NONE || due > now)
		return TRUE;
	g_autoptr(GPtrArray) admins = g_ptr_array_new_with_free_func(admin_free);
	g_autoptr(GHashTable) circles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Telling telling = {.session = session, .policy = session_policy(session, NULL, error), .now = now, .admins = admins, .circles = circles};
	if (!telling.policy)
		return FALSE;
	g_autoptr(GError) failure = NULL;
	if (!find_admins(&telling, &failure)) {
		if (people_are_awaited(session)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		waits_note(session_waits(session), "what the admins are to be told", failure);
		return look_again(session, now + UNKNOWN_RETRY_S, error);
	}
	gboolean ok = store_begin(session_store(session), error) && tell_all(&telling, error) &&
	              look_again(session, telling.reached && g_hash_table_contains(circles, USUAL_CIRCLE) ? INSTANT_NONE : now + NOBODY_RETRY_S, error);
	return session_end(session, ok, error);
}
