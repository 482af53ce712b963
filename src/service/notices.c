/* A fact is told to a person once: message.queued names the facts that it tells, and the store refuses it where one was told. All admins are told in one
 * transaction, so that what one of them was told, all were. The directory is asked before it. */
#include "service/notices.h"

#include "base/error.h"
#include "service/people.h"
#include "service/posting.h"
#include "service/troubles.h"

/* The directory did not say who the admins are. */
#define UNKNOWN_RETRY_S 300

/* Nobody can be told. */
#define NOBODY_RETRY_S 3600

typedef struct {
	Person *person;
	Calendar *calendar; /* borrowed from the policy */
	char *id;
	GPtrArray *untold; /* of Notice */
	gint64 not_before;
} Admin;

static void admin_free(gpointer data)
{
	Admin *admin = data;
	person_free(admin->person);
	g_free(admin->id);
	g_clear_pointer(&admin->untold, g_ptr_array_unref);
	g_free(admin);
}

typedef struct {
	Session *session;
	const Policy *policy;
	gint64 now;
	GPtrArray *admins; /* of Admin */
	guint reached;     /* of them: they know it all now, or will at their next slot */
} Telling;

static gboolean find_admins(Telling *telling, GError **error)
{
	g_autoptr(GPtrArray) people = NULL;
	const SelectorContext nothing = {0};
	if (!people_resolve_all(telling->session, session_settings(telling->session)->role_admin, &nothing, &people, NULL, error))
		return FALSE;
	for (guint i = 0; i < people->len; i++) {
		const Person *person = people->pdata[i];
		if (person->disabled || !person->mail)
			continue;
		Admin *admin = g_new0(Admin, 1);
		admin->person = person_copy(person);
		admin->calendar = people_calendar(telling->session, telling->policy, NULL, person);
		admin->not_before = calendar_next_slot(admin->calendar, telling->policy->slots, calendar_next_work(admin->calendar, telling->now));
		g_ptr_array_add(telling->admins, admin);
	}
	return TRUE;
}

static gboolean read_untold(const Telling *telling, Admin *admin, GError **error)
{
	g_clear_pointer(&admin->untold, g_ptr_array_unref);
	admin->untold = store_untold(session_store(telling->session), admin->id, error);
	return admin->untold != NULL;
}

/* A notice that waits gives way to one that says it all, and what was to go at an earlier slot does not wait for another. */
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
	admin->not_before = CLAMP(waiting->next_try, telling->now, admin->not_before);
	Event *event = event_new("message.withdrawn", telling->now, NULL, NULL);
	js_object_set_string(event->data, "message", waiting->id);
	js_object_set_string(event->data, "why", "there-is-more");
	return store_append(store, event, NULL, error);
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
		if (!admin->id || !read_untold(telling, admin, error) || (admin->untold->len && !take_back(telling, admin, error)))
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
	Telling telling = {.session = session, .policy = session_policy(session, NULL, error), .now = now, .admins = admins};
	if (!telling.policy)
		return FALSE;
	g_autoptr(GError) failure = NULL;
	if (!find_admins(&telling, &failure)) {
		g_warning("the admins are told later: %s", failure->message);
		return look_again(session, now + UNKNOWN_RETRY_S, error);
	}
	gboolean ok = store_begin(session_store(session), error) && tell_all(&telling, error) &&
	              look_again(session, telling.reached ? INSTANT_NONE : now + NOBODY_RETRY_S, error);
	return session_end(session, ok, error);
}
