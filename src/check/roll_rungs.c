/* Whom the rungs speak to, for everybody who would be asked on their ladder. Where a line of managers ends with its head there is nobody above, and nothing is wrong. */
#include "check/roll_call.h"

#include "base/error.h"

/* One selector of one rung. */
typedef struct {
	RollCall *call;
	const Selector *selector;
	const char *text;
	const FindingPlace *place;
} Address;

static gboolean is_head(const RollCall *call, const Person *person)
{
	const GPtrArray *questions = inquiry_questions(call->inquiry);
	for (guint i = 0; !person->manager_dn && i < questions->len; i++) {
		const DirectoryQuestion *question = questions->pdata[i];
		if (question->kind == QUESTION_MANAGER && question->people && people_include(question->people, person))
			return TRUE;
	}
	return FALSE;
}

/* Whether the line above goes up to somebody who heads others and has nobody above. */
static gboolean line_has_a_head(const RollCall *call, const Person *person)
{
	g_autoptr(GPtrArray) line = people_list_new();
	g_ptr_array_add(line, person_copy(person));
	for (;;) {
		g_autoptr(GPtrArray) managers = NULL;
		const Person *last = line->pdata[line->len - 1];
		if (!call->source.manager(call->source.user_data, last, &managers, NULL, NULL))
			return FALSE;
		if (!managers->len)
			return is_head(call, last);
		if (people_include(line, managers->pdata[0]))
			return FALSE;
		g_ptr_array_add(line, person_copy(managers->pdata[0]));
	}
}

static void look(const Address *address, const SelectorContext *context, const char *about, const char *text)
{
	g_autoptr(GPtrArray) people = NULL;
	g_autoptr(GError) failure = NULL;
	if (!resolve_selector(&address->call->source, address->selector, context, &people, NULL, &failure))
		roll_unreached(address->call, address->place, address->text, about, failure);
	else if (!people->len && !(context->approver && line_has_a_head(address->call, context->approver)))
		findings_add(address->call->findings, FALSE, address->place, address->text, text, about);
}

static void look_for_approvers(const Address *address, const LadderCall *ladder)
{
	GHashTableIter iter;
	gpointer person;
	g_hash_table_iter_init(&iter, ladder->approvers);
	while (g_hash_table_iter_next(&iter, NULL, &person)) {
		const SelectorContext context = {.approver = person};
		look(address, &context, person_label(person), "somebody: it finds nobody where %s is asked");
	}
}

static void look_for_centres(const Address *address, const LadderCall *ladder)
{
	for (guint i = 0; i < ladder->uses->len; i++) {
		const InUse *use = ladder->uses->pdata[i];
		const SelectorContext context = {.facts = use->facts, .cost_centre = use->cost_centre};
		if (use->cost_centre)
			look(address, &context, use->cost_centre, "somebody: it finds nobody for cost centre %s");
	}
}

static void call_addresses(RollCall *call, const LadderCall *ladder, const GPtrArray *selectors, const FindingPlace *place)
{
	for (guint i = 0; selectors && i < selectors->len; i++) {
		g_autofree char *text = selector_format(selectors->pdata[i]);
		const Address address = {call, selectors->pdata[i], text, place};
		if (selector_names_approver(address.selector) && address.selector->type != SELECTOR_APPROVER)
			look_for_approvers(&address, ladder);
		else if (roll_has_lookup(address.selector))
			look_for_centres(&address, ladder);
	}
}

static void call_rung(RollCall *call, const Ladder *ladder, const Rung *rung)
{
	g_autofree char *where = g_strdup_printf("ladder %s, rung %s", ladder->name, rung->name);
	const FindingPlace place = {call->policy_path, rung->line, where};
	const GPtrArray *const lists[] = {rung->to, rung->cc, rung->add, rung->reassign};
	const LadderCall *coming = roll_ladder(call, ladder->name);
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		roll_selectors(call, lists[i], &place, TRUE);
		call_addresses(call, coming, lists[i], &place);
	}
}

void roll_rungs(RollCall *call)
{
	for (guint i = 0; i < call->policy->ladders->len; i++) {
		const Ladder *ladder = call->policy->ladders->pdata[i];
		for (guint j = 0; j < ladder->rungs->len; j++)
			call_rung(call, ladder, ladder->rungs->pdata[j]);
	}
}
