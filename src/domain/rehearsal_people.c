/* Whom a rehearsal meets. They do not change in it, so each question is asked once. */
#include "domain/rehearsal_inside.h"

#include <string.h>

void known_free(gpointer data)
{
	Known *known = data;
	person_free(known->person);
	g_array_unref(known->calendars);
	g_array_unref(known->draft);
	g_ptr_array_unref(known->entries);
	g_free(known);
}

Known *known_person(Rehearsal *rehearsal, const Person *person)
{
	Known *known = g_hash_table_lookup(rehearsal->known, person->directory_id);
	if (known)
		return known;
	known = g_new0(Known, 1);
	known->id = g_intern_string(person->directory_id);
	known->person = person_copy(person);
	known->calendars = g_array_new(FALSE, FALSE, sizeof(KnownCalendar));
	known->day = DATE_NONE;
	known->draft = g_array_new(FALSE, FALSE, sizeof(Claim));
	known->entries = g_ptr_array_new();
	g_hash_table_insert(rehearsal->known, (char *)known->id, known);
	return known;
}

Calendar *known_calendar(Rehearsal *rehearsal, Known *known, const Administration *administration)
{
	for (guint i = 0; i < known->calendars->len; i++) {
		const KnownCalendar *one = &g_array_index(known->calendars, KnownCalendar, i);
		if (one->administration == administration)
			return one->calendar;
	}
	const RehearsalTerms *terms = &rehearsal->terms;
	const KnownCalendar one = {administration, resolve_calendar(terms->people, terms->policy, administration, known->person)};
	g_array_append_val(known->calendars, one);
	return one.calendar;
}

EligibilityTerms course_terms(const Rehearsal *rehearsal, const Course *course, const StageRule *rule, GPtrArray *excluded)
{
	const Policy *policy = rehearsal->terms.policy;
	for (guint i = 0; rule && rule->distinct && i < course->approved->len; i++)
		g_ptr_array_add(excluded, (gpointer)g_array_index(course->approved, ApprovedBy, i).id);
	return (EligibilityTerms){
		.amount = course->amount,
		.rates = policy->rates,
		.requester = course->facts->requester,
		.allow_self = policy->allow_self,
		.authority_required = rule && rule->authority_required,
		.excluded_ids = excluded,
	};
}

/* --- whom a rung speaks to --- */

static void selector_needs(const Selector *selector, gboolean *approver, gboolean *invoice)
{
	for (; selector; selector = selector->inner) {
		*approver |= selector->type == SELECTOR_APPROVER;
		*invoice |= selector->type == SELECTOR_LOOKUP;
	}
}

/* What the answer depends on. */
static char *recipients_key(const Task *task, const Rung *rung)
{
	const GPtrArray *lists[] = {rung->to, rung->cc};
	gboolean approver = FALSE, invoice = FALSE;
	for (guint l = 0; l < G_N_ELEMENTS(lists); l++)
		for (guint i = 0; lists[l] && i < lists[l]->len; i++)
			selector_needs(lists[l]->pdata[i], &approver, &invoice);
	return g_strdup_printf("%p %p %p %d %s", (const void *)rung, (const void *)task->course->administration,
	                       invoice ? (const void *)task->course : NULL, invoice ? task->approval->centre : 0, approver ? task_approver(task)->id : "");
}

static void add_recipients(Rehearsal *rehearsal, const Task *task, const GPtrArray *people, RecipientRole role, RungRecipients *recipients)
{
	for (guint i = 0; i < people->len; i++) {
		Known *known = known_person(rehearsal, people->pdata[i]);
		if (known->person->disabled || !known->person->mail)
			continue;
		rung_recipients_add(recipients, known->id, role, known_calendar(rehearsal, known, task->course->administration));
	}
}

/* The selectors but `approver`, which means who is asked. */
static GPtrArray *without_approver(const GPtrArray *selectors)
{
	GPtrArray *others = g_ptr_array_new();
	for (guint i = 0; selectors && i < selectors->len; i++)
		if (((const Selector *)selectors->pdata[i])->type != SELECTOR_APPROVER)
			g_ptr_array_add(others, selectors->pdata[i]);
	return others;
}

static gboolean add_found(Rehearsal *rehearsal, const Task *task, const GPtrArray *selectors, RecipientRole role, RungRecipients *recipients, GError **error)
{
	const SelectorContext context = task_context(task);
	g_autoptr(GPtrArray) others = without_approver(selectors);
	g_autoptr(GPtrArray) people = NULL;
	if (!resolve_selectors(rehearsal->terms.people, others, &context, &people, NULL, error))
		return FALSE;
	add_recipients(rehearsal, task, people, role, recipients);
	return TRUE;
}

RungRecipients *find_recipients(Rehearsal *rehearsal, const Task *task, const Rung *rung, GError **error)
{
	g_autofree char *key = recipients_key(task, rung);
	RungRecipients *recipients = g_hash_table_lookup(rehearsal->recipients, key);
	if (recipients)
		return recipients;
	recipients = rung_recipients_new(TRUE);
	if (!add_found(rehearsal, task, rung->to, ROLE_TO, recipients, error) || !add_found(rehearsal, task, rung->cc, ROLE_CC, recipients, error)) {
		rung_recipients_free(recipients);
		return NULL;
	}
	g_hash_table_insert(rehearsal->recipients, g_steal_pointer(&key), recipients);
	return recipients;
}
