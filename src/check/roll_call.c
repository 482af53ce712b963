/* The rounds, and the selectors that stand alone. Every round goes through all of it, further than the one before, and says anew what it finds: only the last one's findings,
 * in which no question is open, are reported. */
#include "check/roll_call.h"

#include "base/error.h"
#include "domain/step.h"

#include <string.h>

/* More than any line of managers is long. */
#define MAX_ROUNDS 60

/* --- what they share --- */

/* It went to a base that the server does not have. */
static gboolean is_told(const RollCall *call, const GError *why)
{
	for (guint i = 0; i < call->nowhere->len; i++)
		if (g_str_has_suffix(why->message, call->nowhere->pdata[i]))
			return TRUE;
	return FALSE;
}

void roll_unknown(RollCall *call, const FindingPlace *place, const char *found, const char *about, const GError *why)
{
	if (is_told(call, why)) {
		call->wrong = TRUE;
		return;
	}
	g_autofree char *text = g_strdup_printf("an answer of the directory%s, which is not checked therefore: %s", about ? " for %s" : "", why->message);
	if (error_kind(why) == ERROR_UNAVAILABLE)
		call->away = TRUE;
	else
		call->wrong = TRUE;
	findings_add(call->findings, TRUE, place, found, text, about);
}

void roll_unreached(RollCall *call, const FindingPlace *place, const char *found, const char *about, const GError *why)
{
	if (error_kind(why) != ERROR_ELSEWHERE) {
		roll_unknown(call, place, found, about, why);
		return;
	}
	g_autofree char *text = g_strdup_printf("somebody whom this directory has%s: %s", about ? " for %s" : "", why->message);
	findings_add(call->findings, FALSE, place, found, text, about);
}

static void ladder_call_free(gpointer data)
{
	LadderCall *ladder = data;
	g_hash_table_unref(ladder->approvers);
	g_ptr_array_unref(ladder->uses);
	g_free(ladder);
}

LadderCall *roll_ladder(RollCall *call, const char *name)
{
	LadderCall *ladder = g_hash_table_lookup(call->ladders, name);
	if (ladder)
		return ladder;
	ladder = g_new0(LadderCall, 1);
	ladder->approvers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)person_free);
	ladder->uses = g_ptr_array_new();
	g_hash_table_insert(call->ladders, g_strdup(name), ladder);
	return ladder;
}

gboolean roll_has_lookup(const Selector *selector)
{
	while (selector->inner)
		selector = selector->inner;
	return selector->type == SELECTOR_LOOKUP;
}

gboolean roll_have_lookup(const GPtrArray *selectors)
{
	for (guint i = 0; selectors && i < selectors->len; i++)
		if (roll_has_lookup(selectors->pdata[i]))
			return TRUE;
	return FALSE;
}

/* --- selectors that stand alone --- */

/* How many groups of that name were found, as the first of the question's searches says; -1: that cannot be told. */
static int groups_found(const RollCall *call, const char *name)
{
	const DirectoryQuestion *question = inquiry_question(call->inquiry, QUESTION_GROUP, name);
	for (guint i = 0; question && question->steps && i < question->steps->len; i++) {
		g_auto(GStrv) fields = step_fields(question->steps->pdata[i]);
		if (g_strv_length(fields) == 5 && !strcmp(fields[0], STEP_SEARCHED) && !strcmp(fields[1], "group"))
			return (int)g_ascii_strtoll(fields[4], NULL, 10);
	}
	return -1;
}

static const char *why_empty(const RollCall *call, const Selector *selector)
{
	int groups = selector->type == SELECTOR_GROUP ? groups_found(call, selector->argument) : -1;
	if (!groups)
		return "somebody: the directory has no such group";
	return groups > 0 ? "somebody: the group has no members whom the directory knows as people" : "somebody: the directory knows nobody of that name";
}

static gboolean is_reachable(const Person *person)
{
	return !person->disabled && person->mail;
}

static gboolean nobody_is_reachable(const GPtrArray *people)
{
	for (guint i = 0; i < people->len; i++)
		if (is_reachable(people->pdata[i]))
			return FALSE;
	return TRUE;
}

static void call_selector(RollCall *call, const Selector *selector, const FindingPlace *place, gboolean told)
{
	const SelectorContext nothing = {0};
	g_autoptr(GPtrArray) people = NULL;
	g_autoptr(GError) failure = NULL;
	g_autofree char *text = selector_format(selector);
	if (g_hash_table_contains(call->called, text))
		return;
	if (!resolve_selector(&call->source, selector, &nothing, &people, NULL, &failure))
		roll_unknown(call, place, text, NULL, failure);
	else if (!people->len)
		findings_add(call->findings, FALSE, place, text, why_empty(call, selector), NULL);
	else if (told && nobody_is_reachable(people))
		findings_add(call->findings, FALSE, place, text, "somebody who can be told: whom it finds is disabled or has no mail address", NULL);
	g_hash_table_add(call->called, g_steal_pointer(&text));
}

void roll_selectors(RollCall *call, const GPtrArray *selectors, const FindingPlace *place, gboolean told)
{
	for (guint i = 0; selectors && i < selectors->len; i++)
		if (!selector_names_approver(selectors->pdata[i]) && !roll_has_lookup(selectors->pdata[i]))
			call_selector(call, selectors->pdata[i], place, told);
}

static void call_roles(RollCall *call)
{
	const Settings *settings = session_settings(call->session);
	const FindingPlace admin = {call->path, 0, "roles.admin"}, auditor = {call->path, 0, "roles.auditor"};
	const SelectorContext nothing = {0};
	g_autoptr(GPtrArray) people = NULL;
	roll_selectors(call, settings->role_admin, &admin, FALSE);
	roll_selectors(call, settings->role_auditor, &auditor, FALSE);
	/* Found is not told: it takes an account in use and an address. */
	if (resolve_selectors(&call->source, settings->role_admin, &nothing, &people, NULL, NULL) && people->len && nobody_is_reachable(people))
		findings_add(call->findings, FALSE, &admin, NULL,
		             "somebody to tell what is stuck or was refused: whom the directory knows of it is disabled or has no address", NULL);
}

static void call_administrations(RollCall *call)
{
	for (guint i = 0; i < call->policy->administrations->len; i++) {
		const Administration *administration = call->policy->administrations->pdata[i];
		g_autofree char *where = g_strdup_printf("administration %s", administration->name);
		const FindingPlace place = {call->policy_path, administration->line, where};
		roll_selectors(call, administration->admins, &place, TRUE);
		roll_selectors(call, administration->auditors, &place, TRUE);
	}
}

static void call_calendars(RollCall *call)
{
	for (guint i = 0; i < call->policy->calendars->len; i++) {
		const PolicyCalendar *calendar = call->policy->calendars->pdata[i];
		g_autofree char *where = g_strdup_printf("calendar %s", calendar_name(calendar->calendar));
		const FindingPlace place = {call->policy_path, calendar->line, where};
		roll_selectors(call, calendar->people, &place, FALSE);
	}
}

/* --- the rounds --- */

static void begin_round(RollCall *call)
{
	g_clear_pointer(&call->findings, findings_free);
	g_clear_pointer(&call->called, g_hash_table_unref);
	g_clear_pointer(&call->ladders, g_hash_table_unref);
	g_clear_pointer(&call->nowhere, g_ptr_array_unref);
	call->nowhere = g_ptr_array_new_with_free_func(g_free);
	call->findings = findings_new();
	call->called = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	call->ladders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, ladder_call_free);
	call->away = call->wrong = FALSE;
}

static void go_through(RollCall *call)
{
	begin_round(call);
	roll_server(call);
	call_roles(call);
	if (!call->policy)
		return;
	roll_stages(call);
	call_administrations(call);
	call_calendars(call);
	roll_rungs(call);
	roll_people(call);
}

static void roll_call_clear(RollCall *call)
{
	findings_free(call->findings);
	g_clear_pointer(&call->nowhere, g_ptr_array_unref);
	g_clear_pointer(&call->called, g_hash_table_unref);
	g_clear_pointer(&call->ladders, g_hash_table_unref);
	g_clear_pointer(&call->uses, g_ptr_array_unref);
	inquiry_free(call->inquiry);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RollCall, roll_call_clear)

gboolean roll_call_run(Session *session, const Policy *policy, const char *path, const char *policy_path, gint64 now, Problems *problems, gboolean *away,
                       gboolean *wrong, GError **error)
{
	g_auto(RollCall) call = {.session = session, .policy = policy, .path = path, .policy_path = policy_path, .now = now};
	call.uses = policy ? in_use_find(session, policy, now, error) : NULL;
	if (policy && !call.uses)
		return FALSE;
	call.inquiry = inquiry_new(session);
	call.source = inquiry_source(call.inquiry);
	go_through(&call);
	for (guint round = 0; round < MAX_ROUNDS && inquiry_ask(call.inquiry); round++)
		go_through(&call);
	findings_report(call.findings, problems);
	*away = call.away;
	*wrong = call.wrong;
	return TRUE;
}
