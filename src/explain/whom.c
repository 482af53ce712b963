/* The same resolving and sifting as when a stage opens; what is added is that every search is kept, of a failure too. */
#include "explain/whom.h"

#include "base/error.h"
#include "explain/step_record.h"
#include "mail/language.h"
#include "people/people.h"
#include "people/step_keeper.h"
#include "service/approval_case.h"
#include "service/approvers.h"
#include "service/opening.h"
#include "service/routing.h"

#include <string.h>

/* One question under way. */
typedef struct {
	Session *session;
	const WhomQuestion *question;
	const Policy *policy;    /* NULL: none is in force */
	InvoiceRow *invoice;     /* NULL: none was named */
	const StageRule *rule;   /* NULL: nobody is sifted */
	int position;            /* of that stage in its chain */
	GPtrArray *before;       /* of char *: who decided for earlier stages; NULL */
	EligibilityTerms terms;
	StepKeeper keeper;       /* asks, and keeps every search of the case in hand, also where it fails in the end */
	GPtrArray *records;
} Whom;

static void whom_clear(Whom *whom)
{
	invoice_row_free(whom->invoice);
	g_clear_pointer(&whom->before, g_ptr_array_unref);
	g_ptr_array_unref(whom->keeper.tried);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Whom, whom_clear)

/* --- the people as records --- */

static void add_language(const Whom *whom, Json *record, const Person *person)
{
	const Language *own = language_find_first(person->language);
	const Language *house = language_find(session_settings(whom->session)->language);
	js_object_set_string(record, "mail_language", own ? language_code(own) : house ? language_code(house) : "en");
	js_object_set_string(record, "mail_language_by", own ? "person" : "organisation");
}

static void add_calendar(Whom *whom, Json *record, const Person *person)
{
	if (!whom->policy)
		return;
	CalendarBy by;
	const PeopleSource source = people_source(whom->session);
	const Administration *administration = whom->invoice ? policy_administration(whom->policy, whom->invoice->administration) : NULL;
	const Calendar *calendar = resolve_calendar_by(&source, whom->policy, administration, person, &by);
	js_object_set_line(record, "calendar", calendar ? calendar_name(calendar) : NULL);
	js_object_set_string(record, "calendar_by", calendar ? calendar_by_name(by) : NULL);
}

/* A rung or stage that sifts has somebody stand in. */
static gboolean add_absence(Whom *whom, Json *record, const Person *person, const SelectorContext *context, GError **error)
{
	const gint64 now = session_now(whom->session);
	const Absence *absence = person_absence_at(person, now);
	g_autoptr(Person) deputy = NULL;
	if (!absence)
		return TRUE;
	Json *absent = js_object_new();
	js_object_set_instant(absent, "from", absence->from);
	js_object_set_instant(absent, "until", absence->until);
	js_object_set_line(absent, "deputy", absence->deputy);
	js_object_set(record, "absent", absent);
	const PeopleSource source = step_keeper_source(&whom->keeper);
	if (whom->rule && !resolve_deputy(&source, person, now, whom->rule->fallback, context, &whom->terms, &deputy, error))
		return FALSE;
	js_object_set_line(record, "stands_in", deputy ? person_label(deputy) : NULL);
	return TRUE;
}

/* Of somebody out of an older answer: from when it is. */
static void add_age(const Whom *whom, Json *record, const Person *person)
{
	g_auto(PersonLook) look = {.as_of = INSTANT_NONE};
	if (!answers_were_missed(session_answers(whom->session)))
		return;
	people_look_again(whom->session, person->directory_id, &look);
	js_object_set_instant(record, "as_of", look.as_of);
}

static Json *person_record(Whom *whom, const Person *person, const SelectorContext *context, GError **error)
{
	g_autoptr(Json) record = js_object_new();
	js_object_set_line(record, "uid", person->uid);
	js_object_set_line(record, "name", person->name);
	js_object_set_line(record, "mail", person->mail);
	js_object_set_line(record, "mobile", person->mobile);
	js_object_set_line(record, "language", person->language);
	js_object_set_line(record, "country", person->country);
	js_object_set_line(record, "authority", person->authority);
	js_object_set_line(record, "id", person->directory_id);
	js_object_set_boolean(record, "disabled", person->disabled);
	add_calendar(whom, record, person);
	add_language(whom, record, person);
	add_age(whom, record, person);
	return add_absence(whom, record, person, context, error) ? g_steal_pointer(&record) : NULL;
}

static gboolean add_people(Whom *whom, Json *record, const GPtrArray *people, const SelectorContext *context, GError **error)
{
	g_autoptr(Json) list = js_array_new();
	for (guint i = 0; i < people->len; i++) {
		Json *person = person_record(whom, people->pdata[i], context, error);
		if (!person)
			return FALSE;
		js_array_append(list, person);
	}
	js_object_set(record, "people", g_steal_pointer(&list));
	return TRUE;
}

static void add_dropped(Json *record, const GPtrArray *all)
{
	Json *list = js_array_new();
	for (guint i = 0; i < all->len; i++) {
		const DroppedPerson *dropped = all->pdata[i];
		Json *item = js_object_new();
		js_object_set_line(item, "who", dropped->who);
		js_object_set_string(item, "why", eligibility_word(dropped->why));
		js_array_append(list, item);
	}
	js_object_set(record, "dropped", list);
}

static void add_steps(Json *record, const GPtrArray *steps)
{
	Json *list = js_array_new();
	for (guint i = 0; i < steps->len; i++)
		js_array_append(list, step_record(steps->pdata[i]));
	js_object_set(record, "steps", list);
}

/* --- one case: a cost centre, or somebody who is asked --- */

/* Who of those found may decide at the stage; its fallback is for those who are asked first, not for whom a rung names. */
static gboolean add_suitable(Whom *whom, Json *record, const GPtrArray *selectors, const SelectorContext *context, GPtrArray *steps, GError **error)
{
	const PeopleSource source = step_keeper_source(&whom->keeper);
	StageRule rule = *whom->rule;
	rule.approvers = (GPtrArray *)selectors;
	rule.fallback = context->approver ? NULL : rule.fallback;
	g_autoptr(Resolution) resolution = resolve_approvers(&source, &rule, context, &whom->terms, error);
	if (!resolution)
		return FALSE;
	for (guint i = 0; i < resolution->steps->len; i++)
		g_ptr_array_add(steps, g_strdup(resolution->steps->pdata[i]));
	add_dropped(record, resolution->dropped);
	if (resolution->fallback)
		js_object_set_boolean(record, "fallback", TRUE);
	return add_people(whom, record, resolution->approvers, context, error);
}

static gboolean add_found(Whom *whom, Json *record, const GPtrArray *selectors, const SelectorContext *context, GPtrArray *steps, GError **error)
{
	const PeopleSource source = step_keeper_source(&whom->keeper);
	g_autoptr(GPtrArray) people = NULL;
	return resolve_selectors(&source, selectors, context, &people, steps, error) && add_people(whom, record, people, context, error);
}

static Json *case_record(const Whom *whom, const SelectorContext *context)
{
	Json *record = js_object_new();
	g_autofree char *text = selector_format(whom->question->selector);
	js_object_set_line(record, "selector", text);
	js_object_set_line(record, "stage", whom->rule ? whom->rule->name : NULL);
	js_object_set_line(record, "cost_centre", context->cost_centre);
	js_object_set_line(record, "approver", context->approver ? person_label(context->approver) : NULL);
	return record;
}

/* Nobody who is written to by address alone is an approver, so they are not sifted. */
static gboolean add_case(Whom *whom, const SelectorContext *context, GError **error)
{
	g_autoptr(GPtrArray) selectors = g_ptr_array_new(), steps = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) failure = NULL;
	Json *record = case_record(whom, context);
	gboolean sifts = whom->rule && whom->question->selector->type != SELECTOR_MAIL;
	g_ptr_array_add(selectors, (gpointer)whom->question->selector);
	g_ptr_array_set_size(whom->keeper.tried, 0);
	gboolean known = (sifts ? add_suitable : add_found)(whom, record, selectors, context, steps, &failure);
	add_steps(record, known ? steps : whom->keeper.tried);
	js_object_set_line(record, "error", known ? NULL : failure->message);
	g_ptr_array_add(whom->records, record);
	if (!known)
		g_propagate_error(error, g_steal_pointer(&failure));
	return known;
}

static gboolean add_centres(Whom *whom, GError **error)
{
	const InvoiceFacts *facts = whom->invoice ? whom->invoice->facts : NULL;
	const GPtrArray *centres = facts ? facts->cost_references : NULL;
	for (guint i = 0; i < MAX(centres ? centres->len : 0, 1); i++) {
		const SelectorContext context = {.facts = facts, .cost_centre = centres && i < centres->len ? centres->pdata[i] : NULL};
		if (!add_case(whom, &context, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean add_approver(Whom *whom, const Approval *approval, GError **error)
{
	g_autoptr(PersonRow) row = store_person(session_store(whom->session), approval->person, error);
	const GPtrArray *centres = whom->invoice->facts->cost_references;
	guint centre = (guint)approval->centre;
	if (!row)
		return FALSE;
	const SelectorContext context = {.facts = whom->invoice->facts, .cost_centre = centre < centres->len ? centres->pdata[centre] : NULL, .approver = row->person};
	return add_case(whom, &context, error);
}

static gboolean add_approvers(Whom *whom, GError **error)
{
	g_autoptr(OpenStage) open = open_stage_load(whom->session, whom->invoice->id, error);
	for (guint i = 0; open && i < open->approvals->len; i++) {
		const Approval *approval = open->approvals->pdata[i];
		if (approval->state == APPROVAL_PENDING && open->stage->position == whom->position && !add_approver(whom, approval, error))
			return FALSE;
	}
	return open != NULL;
}

/* --- the invoice and its stage --- */

/* The chain that it takes, or would. NULL: none. */
static gboolean route(Whom *whom, GError **error)
{
	g_autoptr(Routing) routing = whom->invoice->chain ? NULL : routing_find(whom->session, whom->policy, whom->invoice, error);
	if (whom->invoice->chain)
		return TRUE;
	if (!routing)
		return FALSE;
	whom->invoice->chain = routing->chain ? g_strdup(routing->chain->name) : NULL;
	whom->invoice->began = G_MAXINT; /* no stage of it has opened */
	if (!whom->invoice->administration && routing->administration)
		whom->invoice->administration = g_strdup(routing->administration->name);
	return TRUE;
}

static gboolean find_named_stage(Whom *whom, const char *name, GError **error)
{
	g_autoptr(GError) failure = NULL;
	for (int position = 0;; position++) {
		const StageRule *rule = whom->invoice->chain ? opening_stage_rule(whom->session, whom->invoice, position, &failure) : NULL;
		if (!rule)
			break;
		if (strcmp(rule->name, name))
			continue;
		whom->rule = rule;
		whom->position = position;
		return TRUE;
	}
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	else
		error_set(error, ERROR_NOT_FOUND, "invoice %s: its chain has no stage named %s", whom->invoice->id, name);
	return FALSE;
}

/* The one that is open, else the next to open; of a closed invoice none. */
static gboolean find_present_stage(Whom *whom, GError **error)
{
	g_autoptr(OpenStage) open = open_stage_load(whom->session, whom->invoice->id, error);
	g_autoptr(GPtrArray) stages = open ? store_stages(session_store(whom->session), whom->invoice->id, error) : NULL;
	g_autoptr(GError) failure = NULL;
	int ordinal;
	if (!stages)
		return FALSE;
	if (whom->invoice->state != INVOICE_OPEN || !whom->invoice->chain)
		return TRUE;
	if (open->stage) {
		whom->position = open->stage->position;
		whom->rule = opening_rule_of(whom->session, whom->invoice, open->stage, &failure);
	} else if (opening_next(whom->invoice, stages, &ordinal, &whom->position))
		whom->rule = opening_stage_rule(whom->session, whom->invoice, whom->position, &failure);
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return !failure;
}

/* What the sifting goes by. An invoice without an amount is not sifted: it waits for one. */
static gboolean find_terms(Whom *whom, GError **error)
{
	Money amount;
	if (whom->rule && !invoice_facts_amount(whom->invoice->facts, &amount, NULL))
		whom->rule = NULL;
	if (!whom->rule)
		return TRUE;
	whom->before = approvers_before(whom->session, whom->invoice, whom->position, error);
	return whom->before && approvers_terms(whom->session, whom->rule, whom->invoice, whom->before, &whom->terms, error);
}

static gboolean find_stage(Whom *whom, GError **error)
{
	const char *name = whom->question->stage;
	if (!whom->policy && name)
		return session_policy(whom->session, NULL, error) != NULL;
	if (!whom->policy)
		return TRUE;
	return route(whom, error) && (name ? find_named_stage(whom, name, error) : find_present_stage(whom, error)) && find_terms(whom, error);
}

gboolean whom_resolve(Session *session, const WhomQuestion *question, GPtrArray *records, GError **error)
{
	g_auto(Whom) whom = {
		.session = session,
		.question = question,
		.policy = session_policy(session, NULL, NULL),
		.keeper = {people_source(session), g_ptr_array_new_with_free_func(g_free)},
		.records = records,
	};
	answers_set_mode(session_answers(session), ANSWERS_ANEW); /* whoever wants to know wants to see it asked */
	if (!question->invoice)
		return add_centres(&whom, error);
	whom.invoice = store_invoice_find(session_store(session), question->invoice, error);
	if (!whom.invoice || !find_stage(&whom, error))
		return FALSE;
	return selector_names_approver(question->selector) ? add_approvers(&whom, error) : add_centres(&whom, error);
}
