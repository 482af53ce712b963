/* Who would be asked at each stage, for each cost centre that can come there, with the highest amount that can. Requesters and earlier stages are an invoice's own affair: they
 * do not count here. */
#include "check/roll_call.h"

#include "base/error.h"
#include "domain/approval.h"
#include "domain/centre_reach.h"
#include "domain/route.h"
#include "domain/sifting.h"
#include "domain/step.h"
#include "people/lookup_fields.h"

#include <string.h>

/* One stage for one cost centre. */
typedef struct {
	RollCall *call;
	const Chain *chain;
	const StageRule *rule;
	const InUse *use; /* NULL: it asks the same people for every invoice */
	FindingPlace place;
	EligibilityTerms terms;
} Seat;

static const char *about(const Seat *seat)
{
	if (!seat->use)
		return NULL;
	return seat->use->cost_centre ? seat->use->cost_centre : "(none)";
}

/* --- what the outcome is called --- */

static void append_reason(GString *reasons, const char *reason)
{
	if (!strstr(reasons->str, reason))
		g_string_append_printf(reasons, "%s%s", reasons->len ? "; " : "", reason);
}

static void append_step(GString *reasons, const char *step)
{
	g_auto(GStrv) fields = step_fields(step);
	guint count = g_strv_length(fields);
	g_autofree char *reason = NULL;
	if (!strcmp(fields[0], STEP_MEANS) && count == 3)
		reason = g_strdup_printf("%s finds nobody", fields[1]);
	else if (!strcmp(fields[0], STEP_NO_FIELD) && count == 3)
		reason = g_strdup_printf("lookup(%s) wants the invoice's %s, which lacks", fields[1], fields[2]);
	if (reason)
		append_reason(reasons, reason);
}

static gboolean is_of_authority(Eligibility why)
{
	return why == NOT_ELIGIBLE_AUTHORITY || why == NOT_ELIGIBLE_LINE || why == NOT_ELIGIBLE_NO_RATE;
}

/* "lookup(holder) finds nobody; joost: disabled". Owned by the caller. */
static char *why_nobody(const Seat *seat, const Resolution *resolution)
{
	GString *reasons = g_string_new(NULL);
	gboolean names_amount = FALSE;
	for (guint i = 0; i < resolution->steps->len; i++)
		append_step(reasons, resolution->steps->pdata[i]);
	for (guint i = 0; i < resolution->dropped->len; i++) {
		const DroppedPerson *dropped = resolution->dropped->pdata[i];
		g_autofree char *reason = g_strdup_printf("%s: %s", dropped->who, eligibility_name(dropped->why));
		append_reason(reasons, reason);
		names_amount |= is_of_authority(dropped->why);
	}
	g_autofree char *amount = money_format(seat->terms.amount);
	if (names_amount)
		g_string_append_printf(reasons, " (for %s)", amount);
	return g_string_free(reasons, FALSE);
}

/* Invoices of one kind wait here: a warning. All of them do: nobody can be asked at all. */
static void say(const Seat *seat, const char *wanted, const char *why)
{
	const char *whose = seat->use ? " for cost centre %s" : "";
	const char *stuck = seat->use ? ", whose invoices are stuck here" : ", so that every invoice is stuck here";
	g_autofree char *text = g_strdup_printf("%s%s%s: %s", wanted, whose, stuck, why);
	if (!seat->use)
		seat->call->wrong = TRUE;
	findings_add(seat->call->findings, !seat->use, &seat->place, NULL, text, about(seat));
}

static void say_outcome(const Seat *seat, const Resolution *resolution)
{
	guint needed = need_count(seat->rule->need, resolution->approvers->len);
	g_autofree char *why = why_nobody(seat, resolution);
	g_autofree char *wanted = g_strdup_printf("%u people who can be asked and not %u", needed, resolution->approvers->len);
	if (resolution->no_rate)
		say(seat, "a rate that an authority can be compared by", why);
	else if (!resolution->approvers->len)
		say(seat, "somebody who can be asked", why);
	else if (resolution->approvers->len < needed)
		say(seat, wanted, *why ? why : "it names no more");
}

/* --- who is asked --- */

static void note_on_ladder(const Seat *seat, const char *name, const Resolution *resolution)
{
	LadderCall *ladder = roll_ladder(seat->call, name);
	for (guint i = 0; i < resolution->approvers->len; i++) {
		const Person *person = resolution->approvers->pdata[i];
		if (g_hash_table_contains(ladder->approvers, person->directory_id))
			continue;
		Person *copy = person_copy(person);
		g_hash_table_insert(ladder->approvers, copy->directory_id, copy);
	}
	if (seat->use && (!ladder->uses->len || ladder->uses->pdata[ladder->uses->len - 1] != seat->use))
		g_ptr_array_add(ladder->uses, (gpointer)seat->use);
}

/* On every ladder that the stage can have. */
static void note_approvers(const Seat *seat, const Resolution *resolution)
{
	const Policy *policy = seat->call->policy;
	if (!policy->ladders->len)
		return;
	for (guint i = 0; i <= policy->administrations->len; i++) {
		const Administration *administration = i ? policy->administrations->pdata[i - 1] : NULL;
		for (InvoiceKind kind = INVOICE_KIND_INVOICE; kind <= INVOICE_KIND_CREDIT_NOTE; kind++)
			note_on_ladder(seat, route_ladder(policy, administration, seat->chain, seat->rule, kind), resolution);
	}
}

static void judge(Seat *seat)
{
	const SelectorContext context = {.facts = seat->use ? seat->use->facts : NULL, .cost_centre = seat->use ? seat->use->cost_centre : NULL};
	g_autoptr(GError) failure = NULL;
	g_autoptr(Resolution) resolution = resolve_approvers(&seat->call->source, seat->rule, &context, &seat->terms, &failure);
	if (!resolution) {
		roll_unknown(seat->call, &seat->place, NULL, about(seat), failure);
		return;
	}
	say_outcome(seat, resolution);
	note_approvers(seat, resolution);
}

/* --- with which amount --- */

static gboolean is_more(const Policy *policy, const Money *one, const Money *other)
{
	Money worth;
	return !*other->currency || (*one->currency && rates_convert(policy->rates, *one, other->currency, &worth) && worth.minor > other->minor);
}

/* The highest that the chain lets in; where it sets no bound, the highest that came, or the least that it lets in. */
static Money amount_for(const RollCall *call, const CentreReach *reach, const Money *came)
{
	Money amount = *reach->most.currency ? reach->most : reach->least;
	if (!*reach->most.currency && is_more(call->policy, came, &amount))
		amount = *came;
	if (!*amount.currency)
		g_strlcpy(amount.currency, session_settings(call->session)->currency, sizeof amount.currency);
	return amount;
}

static void seat_terms(Seat *seat, const CentreReach *reach, const Money *came)
{
	seat->terms = (EligibilityTerms){
		.amount = amount_for(seat->call, reach, came),
		.rates = seat->call->policy->rates,
		.authority_required = seat->rule->authority_required,
	};
}

/* --- the stages --- */

static gboolean asks_for_the_centre_alone(const RollCall *call, const GPtrArray *selectors)
{
	for (guint i = 0; selectors && i < selectors->len; i++) {
		const Selector *selector = selectors->pdata[i];
		while (selector->inner)
			selector = selector->inner;
		if (selector->type == SELECTOR_LOOKUP && !lookup_asks_for_the_centre_alone(session_settings(call->session), selector->argument))
			return FALSE;
	}
	return TRUE;
}

/* What a lookup asks for beside the cost centre is known only of invoices that took the chain. */
static gboolean is_telling(const Seat *seat, const InUse *use)
{
	if (asks_for_the_centre_alone(seat->call, seat->rule->approvers) && asks_for_the_centre_alone(seat->call, seat->rule->fallback))
		return TRUE;
	return !use->is_literal && !g_strcmp0(use->chain, seat->chain->name);
}

static void judge_centres(Seat *seat, guint chain)
{
	for (guint i = 0; i < seat->call->uses->len; i++) {
		CentreReach reach;
		const InUse *use = seat->call->uses->pdata[i];
		if (!policy_reach_of_centre(seat->call->policy, chain, use->cost_centre, &reach) || !is_telling(seat, use))
			continue;
		seat->use = use;
		seat_terms(seat, &reach, &use->amount);
		judge(seat);
	}
}

/* Asked once: with the most that any cost centre can bring. */
static void judge_all_alike(Seat *seat, guint chain)
{
	const Chain *own = seat->chain;
	CentreReach widest = {.least = {0}};
	Money came = {0};
	if (own->has_when && own->when.has_max)
		widest.most = own->when.max;
	if (own->has_when && own->when.has_min)
		widest.least = own->when.min;
	for (guint i = 0; i < seat->call->uses->len; i++) {
		CentreReach reach;
		const InUse *use = seat->call->uses->pdata[i];
		if (policy_reach_of_centre(seat->call->policy, chain, use->cost_centre, &reach) && is_more(seat->call->policy, &use->amount, &came))
			came = use->amount;
	}
	seat_terms(seat, &widest, &came);
	judge(seat);
}

static void call_stage(RollCall *call, guint chain, const StageRule *rule)
{
	const Chain *own = call->policy->chains->pdata[chain];
	g_autofree char *where = g_strdup_printf("chain %s, stage %s", own->name, rule->name);
	Seat seat = {.call = call, .chain = own, .rule = rule, .place = {call->policy_path, rule->line, where}};
	roll_selectors(call, rule->approvers, &seat.place, FALSE);
	roll_selectors(call, rule->fallback, &seat.place, FALSE);
	if (roll_have_lookup(rule->approvers) || roll_have_lookup(rule->fallback))
		judge_centres(&seat, chain);
	else
		judge_all_alike(&seat, chain);
}

void roll_stages(RollCall *call)
{
	for (guint i = 0; i < call->policy->chains->len; i++) {
		const Chain *chain = call->policy->chains->pdata[i];
		for (guint j = 0; j < chain->stages->len; j++)
			call_stage(call, i, chain->stages->pdata[j]);
	}
}
