/* Routing and opening. The directory is asked before the transaction begins, so that a slow one never holds the store; what is
 * written then stands in one transaction with the instant at which to look again. */
#include "service/opening.h"

#include "audit/reasons.h"
#include "base/error.h"
#include "domain/anchors.h"
#include "people/people.h"
#include "service/approvers.h"
#include "service/asking.h"
#include "service/decision.h"
#include "service/refilling.h"
#include "service/routing.h"
#include "service/turn.h"
#include "service/waiting.h"

#define UNKNOWN_RETRY_S 300
#define STUCK_RETRY_S 3600

/* The invoice's chain as the policy in force has it, else as the one under which it was routed. */
static const Chain *chain_of(Session *session, const InvoiceRow *invoice, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	const Chain *chain = policy ? policy_chain(policy, invoice->chain) : NULL;
	if (chain || !policy)
		return chain;
	const Policy *routed = session_policy_at(session, invoice->policy_version, error);
	return routed ? policy_chain(routed, invoice->chain) : NULL;
}

static const StageRule *stage_at(const Chain *chain, int position)
{
	return chain && position < (int)chain->stages->len ? chain->stages->pdata[position] : NULL;
}

const StageRule *opening_stage_rule(Session *session, const InvoiceRow *invoice, int position, GError **error)
{
	return stage_at(chain_of(session, invoice, error), position);
}

const StageRule *opening_rule_of(Session *session, const InvoiceRow *invoice, const Stage *stage, GError **error)
{
	const Policy *then = session_policy_at(session, stage->policy_version, error);
	if (!then)
		return NULL;
	const Chain *chain = policy_chain(then, stage->chain);
	return chain ? stage_at(chain, stage->position) : opening_stage_rule(session, invoice, stage->position, error);
}

Anchors opening_anchors(const Policy *policy, const InvoiceRow *invoice, const GArray *held, Calendar *calendar, gint64 start)
{
	return anchors_of(policy, invoice->facts, invoice->received, held, calendar, start);
}

/* --- one stage about to open --- */

typedef struct {
	Session *session;
	const Policy *policy;
	gint64 policy_version;
	const InvoiceRow *invoice;
	const Administration *administration; /* NULL: it belongs to none */
	AdministrationBy by;                  /* what told, where it is being routed */
	const StageRule *rule;
	const char *ladder;
	int ordinal;
	int position;
	gint64 now;
	GPtrArray *groups;      /* of Resolution, one a group; NULL: not looked for yet */
	GArray *centres;        /* of int, likewise: the place of its cost centre */
	GPtrArray *reasons;     /* of RouteReason; NULL: it was routed before */
	gboolean outdated;      /* somebody changed the invoice since it was read */
} Opening;

/* Several cost centres with the same approvers are one group. */
static void add_group(Opening *opening, Resolution *resolution, int centre)
{
	for (guint i = 0; i < opening->groups->len; i++)
		if (people_are_same(((Resolution *)opening->groups->pdata[i])->approvers, resolution->approvers)) {
			resolution_free(resolution);
			return;
		}
	g_ptr_array_add(opening->groups, resolution);
	g_array_append_val(opening->centres, centre);
}

static gboolean resolve_groups(Opening *opening, GError **error)
{
	g_autoptr(GPtrArray) before = approvers_before(opening->session, opening->invoice, opening->position, error);
	if (!before)
		return FALSE;
	const GPtrArray *centres = opening->invoice->facts->cost_references;
	guint groups = MAX(centres->len, 1);
	gboolean known = TRUE;
	for (guint i = 0; i < groups; i++) {
		Resolution *resolution = approvers_find(opening->session, opening->rule, opening->invoice,
		                                        i < centres->len ? centres->pdata[i] : NULL, before, known ? error : NULL);
		if (resolution)
			add_group(opening, resolution, (int)i);
		known = known && resolution;
	}
	return known;
}

/* Somebody in two groups counts in one. */
static gboolean groups_can_be_served(const Opening *opening)
{
	g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	g_autofree guint *wanted = g_new(guint, opening->groups->len);
	for (guint i = 0; i < opening->groups->len; i++) {
		const GPtrArray *people = ((const Resolution *)opening->groups->pdata[i])->approvers;
		GPtrArray *ids = g_ptr_array_new();
		for (guint j = 0; j < people->len; j++)
			g_ptr_array_add(ids, ((const Person *)people->pdata[j])->directory_id);
		wanted[i] = need_count(opening->rule->need, people->len);
		g_ptr_array_add(groups, ids);
	}
	return need_can_be_met(groups, wanted);
}

/* Why the stage cannot open, as a word; NULL where it can. */
static const char *stuck_reason(const Opening *opening)
{
	for (guint i = 0; i < opening->groups->len; i++) {
		const Resolution *group = opening->groups->pdata[i];
		guint needed = need_count(opening->rule->need, group->approvers->len);
		if (group->no_rate)
			return "no-rate";
		if (!group->approvers->len)
			return "nobody";
		if (group->approvers->len < needed)
			return "too-few";
	}
	return groups_can_be_served(opening) ? NULL : "too-few";
}

/* Who dropped out, and why by a word, so that it can be told in any language. */
static void add_dropped(Json *array, const GPtrArray *all)
{
	for (guint i = 0; i < all->len; i++) {
		const DroppedPerson *dropped = all->pdata[i];
		Json *item = js_object_new();
		js_object_set_line(item, "who", dropped->who);
		js_object_set_string(item, "why", eligibility_word(dropped->why));
		js_array_append(array, item);
	}
}

static Event *stage_event(const Opening *opening)
{
	Event *event = event_new("stage.opened", opening->now, NULL, opening->invoice->id);
	g_autofree char *need = need_format(opening->rule->need);
	g_autofree char *within = span_format(opening->rule->within);
	g_autofree char *at_least = span_format(opening->rule->at_least);
	js_object_set_integer(event->data, "stage", opening->ordinal);
	js_object_set_integer(event->data, "position", opening->position);
	js_object_set_line(event->data, "chain", opening->invoice->chain);
	js_object_set_line(event->data, "name", opening->rule->name);
	js_object_set_line(event->data, "ladder", opening->ladder);
	js_object_set_string(event->data, "need", need);
	js_object_set_string(event->data, "within", within);
	js_object_set_string(event->data, "at_least", at_least);
	Json *before = js_array_new();
	for (guint i = 0; i < opening->rule->before->len; i++) {
		g_autofree char *text = time_expression_format(g_array_index(opening->rule->before, TimeExpression, i));
		js_array_append_string(before, text);
	}
	js_object_set(event->data, "before", before);
	js_object_set_integer(event->data, "groups", (gint64)opening->groups->len);
	js_object_set_integer(event->data, "policy_version", opening->policy_version);
	return event;
}

static gboolean open_approval(const Opening *opening, int group, const Person *person, GError **error)
{
	const StageRule *rule = opening->rule;
	const Asking asking = {
		.invoice = opening->invoice,
		.stage = opening->ordinal,
		.group = group,
		.centre = g_array_index(opening->centres, int, group),
		.person = person,
		.within = rule->within,
		.at_least = rule->at_least,
		.before = rule->before,
	};
	return asking_open(opening->session, &asking, opening->now, error);
}

static gboolean write_group(const Opening *opening, int group, GError **error)
{
	const Resolution *resolution = opening->groups->pdata[group];
	Event *event = event_new("approver.resolved", opening->now, NULL, opening->invoice->id);
	js_object_set_integer(event->data, "stage", opening->ordinal);
	js_object_set_integer(event->data, "group", group);
	approvers_tell(resolution, event);
	if (!store_append(session_store(opening->session), event, NULL, error))
		return FALSE;
	for (guint i = 0; i < resolution->approvers->len; i++)
		if (!open_approval(opening, group, resolution->approvers->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean write_stage(const Opening *opening, const char *unused, GError **error)
{
	(void)unused;
	Store *store = session_store(opening->session);
	if (opening->invoice->stuck &&
	    !store_append(store, event_new("invoice.unstuck", opening->now, NULL, opening->invoice->id), NULL, error))
		return FALSE;
	if (!store_append(store, stage_event(opening), NULL, error))
		return FALSE;
	for (guint group = 0; group < opening->groups->len; group++)
		if (!write_group(opening, (int)group, error))
			return FALSE;
	return store_wakeup_set(store, WAKEUP_INVOICE, opening->invoice->id, INSTANT_NONE, error);
}

/* Stuck is said once; after that the invoice is only looked at again. */
static gboolean write_stuck(const Opening *opening, const char *why, GError **error)
{
	Store *store = session_store(opening->session);
	if (!opening->invoice->stuck || g_strcmp0(opening->invoice->stuck_why, why)) {
		Event *event = event_new("invoice.stuck", opening->now, NULL, opening->invoice->id);
		js_object_set_line(event->data, "stage", opening->rule ? opening->rule->name : NULL);
		js_object_set_string(event->data, "why", why);
		js_object_set_line(event->data, "administration", opening->administration ? opening->administration->name : NULL);
		Json *steps = js_array_new(), *dropped = js_array_new();
		for (guint i = 0; opening->groups && i < opening->groups->len; i++) {
			const Resolution *group = opening->groups->pdata[i];
			for (guint j = 0; j < group->steps->len; j++)
				js_array_append_string(steps, group->steps->pdata[j]);
			add_dropped(dropped, group->dropped);
		}
		js_object_set(event_private(event), "steps", steps);
		js_object_set(event_private(event), "dropped", dropped);
		if (opening->reasons)
			js_object_set(event_private(event), "why", reasons_to_event(opening->reasons));
		if (!store_append(store, event, NULL, error))
			return FALSE;
		g_autofree char *label = invoice_label(opening->invoice);
		g_warning("invoice %s is stuck at stage %s: \"akkoord explain\" says why", label, opening->rule ? opening->rule->name : "-");
	}
	return store_wakeup_set(store, WAKEUP_INVOICE, opening->invoice->id, opening->now + STUCK_RETRY_S, error);
}

static gboolean write_wait(const Opening *opening, const char *unused, GError **error)
{
	(void)unused;
	return store_wakeup_set(session_store(opening->session), WAKEUP_INVOICE, opening->invoice->id, opening->now + UNKNOWN_RETRY_S, error);
}

/* Only a happening ends that wait: it wakes the invoice. */
static gboolean write_booking_wait(const Opening *opening, const char *what, GError **error)
{
	Store *store = session_store(opening->session);
	if (g_strcmp0(opening->invoice->waits, what)) {
		Event *event = event_new("invoice.waits", opening->now, NULL, opening->invoice->id);
		js_object_set_line(event->data, "stage", opening->rule->name);
		js_object_set_integer(event->data, "position", opening->position);
		js_object_set_string(event->data, "why", what);
		if (!store_append(store, event, NULL, error))
			return FALSE;
	}
	return store_wakeup_set(store, WAKEUP_INVOICE, opening->invoice->id, INSTANT_NONE, error);
}

static gboolean is_as_read(Opening *opening, GError **error)
{
	g_autoptr(InvoiceRow) fresh = store_invoice(session_store(opening->session), opening->invoice->id, error);
	opening->outdated = fresh && (fresh->state != opening->invoice->state || g_strcmp0(fresh->document, opening->invoice->document) ||
	                              g_strcmp0(fresh->chain, opening->invoice->chain) || fresh->began != opening->invoice->began ||
	                              fresh->booked != opening->invoice->booked);
	if (!fresh)
		return FALSE;
	g_autoptr(GError) failure = NULL;
	g_autoptr(HoldRow) hold = store_hold_lasting(session_store(opening->session), opening->invoice->id, &failure);
	opening->outdated |= hold != NULL;
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return !failure;
}

/* Nobody waits while the directory is asked: where an update or a withdrawal came in between, nothing is written, and the invoice stays due. */
typedef gboolean (*Writing)(const Opening *opening, const char *word, GError **error);
static gboolean write_unless_outdated(Opening *opening, Writing write, const char *word, GError **error)
{
	gboolean ok = store_begin(session_store(opening->session), error) && is_as_read(opening, error) &&
	              (opening->outdated || write(opening, word, error));
	return session_end(opening->session, ok, error);
}

static gboolean wait_for_directory(Opening *opening, GError *why, GError **error)
{
	if (error_kind(why) == ERROR_CONFIG || error_kind(why) == ERROR_INVALID || people_are_awaited(opening->session)) {
		g_propagate_error(error, g_error_copy(why));
		return FALSE;
	}
	waiting_note(opening->session, opening->invoice, NULL, why);
	return write_unless_outdated(opening, write_wait, NULL, error);
}

static gboolean hold_up(Opening *opening, const char *why, GError **error)
{
	return write_unless_outdated(opening, write_stuck, why, error);
}

static gboolean any_is_stale(const Opening *opening)
{
	for (guint i = 0; i < opening->groups->len; i++)
		if (((const Resolution *)opening->groups->pdata[i])->stale)
			return TRUE;
	return FALSE;
}

static gboolean open_stage(Opening *opening, GError **error)
{
	g_autoptr(GError) failure = NULL;
	if (!resolve_groups(opening, &failure))
		return wait_for_directory(opening, failure, error);
	const char *why = stuck_reason(opening);
	if (why && any_is_stale(opening)) {
		error_set(&failure, ERROR_UNAVAILABLE, "the directory does not answer, and by what it said before the stage cannot open (%s)", why);
		return wait_for_directory(opening, failure, error);
	}
	if (why)
		return hold_up(opening, why, error);
	return write_unless_outdated(opening, write_stage, NULL, error);
}

static gint64 passed_over(const GPtrArray *reasons)
{
	gint64 count = 0;
	for (guint i = 0; i < reasons->len; i++)
		count += !((const RouteReason *)reasons->pdata[i])->holds;
	return count;
}

static gboolean write_route(const Opening *opening, const char *chain, GError **error)
{
	Event *event = event_new("invoice.routed", opening->now, NULL, opening->invoice->id);
	if (opening->administration) {
		js_object_set_line(event->data, "administration", opening->administration->name);
		js_object_set_string(event->data, "by", administration_by_name(opening->by));
	}
	js_object_set_line(event->data, "chain", chain);
	js_object_set_integer(event->data, "policy_version", opening->policy_version);
	js_object_set_integer(event->data, "passed_over", passed_over(opening->reasons));
	js_object_set(event_private(event), "why", reasons_to_event(opening->reasons));
	return store_append(session_store(opening->session), event, NULL, error);
}

/* Chooses the chain. The invoice keeps having none where a rate lacks: it is stuck then. */
static gboolean route(Opening *opening, InvoiceRow *invoice, GError **error)
{
	g_autoptr(Routing) routing = routing_find(opening->session, opening->policy, invoice, error);
	if (!routing)
		return FALSE;
	const Chain *chain = routing->chain;
	opening->administration = routing->administration;
	opening->by = routing->by;
	opening->reasons = routing->reasons;
	gboolean ok = FALSE;
	if (chain)
		ok = write_unless_outdated(opening, write_route, chain->name, error);
	else if (routing->no_rate)
		ok = hold_up(opening, "no-rate", error);
	else
		error_set(error, ERROR_CONFIG, "invoice %s: no chain of policy version %" G_GINT64_FORMAT " matches it", invoice->id,
		          opening->policy_version);
	opening->reasons = NULL;
	if (ok && chain && !opening->outdated) {
		g_free(invoice->administration);
		invoice->administration = opening->administration ? g_strdup(opening->administration->name) : NULL;
		g_free(invoice->chain);
		invoice->chain = g_strdup(chain->name);
		invoice->policy_version = opening->policy_version;
		invoice->began = opening->ordinal;
	}
	return ok;
}

gboolean opening_next(const InvoiceRow *invoice, const GPtrArray *stages, int *ordinal, int *position)
{
	return stage_next(stages, invoice->chain ? invoice->began : G_MAXINT, ordinal, position);
}

/* Nothing is to be opened, but for what was decided since that was read. */
static gboolean let_sleep(Session *session, const char *id, GError **error)
{
	Store *store = session_store(session);
	int ordinal, position;
	g_autoptr(InvoiceRow) invoice = store_invoice(store, id, error);
	g_autoptr(GPtrArray) stages = invoice ? store_stages(store, id, error) : NULL;
	if (!stages)
		return FALSE;
	gboolean goes_on = invoice->state == INVOICE_OPEN && (opening_next(invoice, stages, &ordinal, &position) || invoice->stuck);
	return goes_on || store_wakeup_set(store, WAKEUP_INVOICE, id, INSTANT_NONE, error);
}

gboolean opening_advance(Session *session, const char *id, gint64 now, GError **error)
{
	Opening opening = {.session = session, .now = now};
	g_autoptr(InvoiceRow) invoice = store_invoice(session_store(session), id, error);
	opening.policy = invoice ? session_policy(session, &opening.policy_version, error) : NULL;
	gboolean come;
	if (!opening.policy || !turn_has_come(session, invoice, now, &come, error))
		return FALSE;
	if (!come)
		return TRUE;
	opening.invoice = invoice;
	g_autoptr(GPtrArray) stages = store_stages(session_store(session), id, error);
	if (!stages)
		return FALSE;
	gboolean opens = opening_next(invoice, stages, &opening.ordinal, &opening.position);
	if (invoice->state == INVOICE_OPEN && !opens && invoice->stuck)
		return refilling_run(session, invoice, now, error);
	if (invoice->state != INVOICE_OPEN || !opens)
		return session_end(session, store_begin(session_store(session), error) && let_sleep(session, id, error), error);
	if (invoice->chain)
		opening.administration = policy_administration(opening.policy, invoice->administration);
	else
		opening.administration = administration_find(opening.policy, invoice->facts, invoice->via, &opening.by);
	Money amount;
	if (!invoice_facts_amount(invoice->facts, &amount, NULL))
		return hold_up(&opening, "amount", error);
	if (!invoice->chain) {
		if (!route(&opening, invoice, error))
			return FALSE;
		if (!invoice->chain)
			return TRUE;
	}
	g_autoptr(GError) failure = NULL;
	const Chain *chain = chain_of(session, invoice, &failure);
	opening.rule = stage_at(chain, opening.position);
	if (!opening.rule) {
		if (!failure)
			error_set(&failure, ERROR_CONFIG, "invoice %s: chain %s has no stage %d any more", id, invoice->chain, opening.position + 1);
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (opening.rule->opens_booked && invoice->booked == INSTANT_NONE)
		return write_unless_outdated(&opening, write_booking_wait, "booked", error);
	opening.ladder = route_ladder(opening.policy, opening.administration, chain, opening.rule, invoice->facts->kind);
	g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func((GDestroyNotify)resolution_free);
	g_autoptr(GArray) centres = g_array_new(FALSE, FALSE, sizeof(int));
	opening.groups = groups;
	opening.centres = centres;
	return open_stage(&opening, error);
}
