/* One walk over the open invoices; of each, what both policies say of its approvals and of what is still to open. The lines are gathered by what they say, so
 * that their number depends on the policies and not on the invoices. */
#include "rehearse/preview.h"

#include "domain/ladder_effect.h"
#include "domain/policy_diff.h"
#include "domain/policy_text.h"
#include "domain/rung.h"
#include "people/people.h"
#include "service/decision.h"
#include "service/opening.h"
#include "service/routing.h"

#include <string.h>

#define EXAMPLES 5

static const struct {
	const char *name;
	gboolean of_invoices;
} types[PREVIEW_COUNT] = {
	[PREVIEW_LADDER_GONE] = {"ladder-gone", FALSE}, [PREVIEW_SILENT] = {"silent", FALSE},
	[PREVIEW_EARLIER] = {"earlier", FALSE},         [PREVIEW_LATER] = {"later", FALSE},
	[PREVIEW_APPEARS] = {"appears", FALSE},         [PREVIEW_FALLS_AWAY] = {"falls-away", FALSE},
	[PREVIEW_OTHERS] = {"others", FALSE},           [PREVIEW_CALENDAR] = {"calendar", FALSE},
	[PREVIEW_CALENDAR_NEW] = {"calendar-new", FALSE}, [PREVIEW_GRACE] = {"grace", FALSE},
	[PREVIEW_CHAIN_GONE] = {"chain-gone", TRUE},    [PREVIEW_STAGE] = {"stage", TRUE},
	[PREVIEW_STAGE_NEW] = {"stage-new", TRUE},      [PREVIEW_ROUTE] = {"route", TRUE},
	[PREVIEW_TO_ROUTE] = {"to-route", TRUE},
};

const char *preview_type_name(PreviewType type)
{
	return types[type].name;
}

gboolean preview_is_of_invoices(PreviewType type)
{
	return types[type].of_invoices;
}

static void example_free(gpointer data)
{
	PreviewExample *example = data;
	g_free(example->invoice);
	g_free(example->approver);
	g_free(example);
}

static void line_free(gpointer data)
{
	PreviewLine *line = data;
	g_free(line->where);
	g_free(line->what);
	g_free(line->from);
	g_free(line->to);
	g_ptr_array_unref(line->examples);
	g_free(line);
}

void preview_free(Preview *preview)
{
	if (!preview)
		return;
	g_ptr_array_unref(preview->lines);
	g_free(preview);
}

/* What both policies make of one person. */
typedef struct {
	char *name;
	Calendar *before, *after; /* borrowed from the policies */
} Approver;

static void approver_free(gpointer data)
{
	Approver *approver = data;
	g_free(approver->name);
	g_free(approver);
}

typedef struct {
	Session *session;
	const Policy *before, *after;
	GHashTable *changed;  /* what policy_diff() says: "calendar nl", "chain it, stage controller" */
	GHashTable *people;   /* person and administration -> Approver */
	GHashTable *by_key;   /* what it says -> PreviewLine, borrowed from the preview */
	Preview *preview;
	gint64 now;
	const GArray *held; /* of HeldSpan: the holds of the invoice in hand */
	GError *failure;
} Comparing;

/* One thing that changes for one approval or invoice. Strings borrowed. */
typedef struct {
	PreviewType type;
	const char *where, *what, *from, *to;
	const InvoiceRow *invoice;
	const char *approver;
	gint64 before, after;
} Finding;

/* --- gathering --- */

static void widen(gint64 *first, gint64 *last, gint64 instant)
{
	if (instant == INSTANT_NONE)
		return;
	*first = *first == INSTANT_NONE ? instant : MIN(*first, instant);
	*last = *last == INSTANT_NONE ? instant : MAX(*last, instant);
}

static PreviewLine *line_for(Comparing *comparing, const Finding *finding)
{
	const char *parts[] = {finding->where, finding->what, finding->from, finding->to};
	g_autoptr(GString) key = g_string_new(types[finding->type].name);
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
		g_string_append_printf(key, "\n%s", parts[i] ? parts[i] : "");
	PreviewLine *line = g_hash_table_lookup(comparing->by_key, key->str);
	if (line)
		return line;
	line = g_new0(PreviewLine, 1);
	line->type = finding->type;
	line->where = g_strdup(finding->where);
	line->what = g_strdup(finding->what);
	line->from = g_strdup(finding->from);
	line->to = g_strdup(finding->to);
	line->first_before = line->last_before = line->first_after = line->last_after = INSTANT_NONE;
	line->examples = g_ptr_array_new_with_free_func(example_free);
	g_ptr_array_add(comparing->preview->lines, line);
	g_hash_table_insert(comparing->by_key, g_strdup(key->str), line);
	return line;
}

static void note(Comparing *comparing, const Finding *finding)
{
	PreviewLine *line = line_for(comparing, finding);
	line->count++;
	widen(&line->first_before, &line->last_before, finding->before);
	widen(&line->first_after, &line->last_after, finding->after);
	if (line->examples->len == EXAMPLES)
		return;
	PreviewExample *example = g_new0(PreviewExample, 1);
	example->invoice = invoice_label(finding->invoice);
	example->approver = g_strdup(finding->approver);
	example->before = finding->before;
	example->after = finding->after;
	g_ptr_array_add(line->examples, example);
}

/* A finding without times. */
static Finding finding_of(PreviewType type, const InvoiceRow *invoice, const char *where, const char *what)
{
	return (Finding){.type = type, .where = where, .what = what, .invoice = invoice, .before = INSTANT_NONE, .after = INSTANT_NONE};
}

static gboolean is_changed(const Comparing *comparing, const char *format, const char *first, const char *second)
{
	g_autoptr(GString) place = g_string_new(format);
	g_string_replace(place, "%1", first, 0);
	g_string_replace(place, "%2", second ? second : "", 0);
	return g_hash_table_contains(comparing->changed, place->str);
}

static GHashTable *changed_places(const Policy *before, const Policy *after)
{
	g_autoptr(GPtrArray) changes = policy_diff(before, after);
	GHashTable *places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < changes->len; i++)
		g_hash_table_add(places, g_strdup(((const PolicyChange *)changes->pdata[i])->where ? ((const PolicyChange *)changes->pdata[i])->where : ""));
	return places;
}

/* --- of an approval --- */

static const Approver *approver_of(Comparing *comparing, const char *person, const char *administration)
{
	g_autofree char *key = administration ? g_strdup_printf("%s of %s", person, administration) : g_strdup(person);
	Approver *approver = g_hash_table_lookup(comparing->people, key);
	if (approver)
		return approver;
	g_autoptr(PersonRow) row = store_person(session_store(comparing->session), person, &comparing->failure);
	if (!row)
		return NULL;
	approver = g_new0(Approver, 1);
	approver->name = g_strdup(row->person->uid ? row->person->uid : row->person->mail ? row->person->mail : person);
	approver->before = people_calendar(comparing->session, comparing->before, administration, row->person);
	approver->after = people_calendar(comparing->session, comparing->after, administration, row->person);
	g_hash_table_insert(comparing->people, g_steal_pointer(&key), approver);
	return approver;
}

static void compare_calendars(Comparing *comparing, const InvoiceRow *invoice, const Approver *approver)
{
	const char *before = calendar_name(approver->before), *after = calendar_name(approver->after);
	Finding finding = finding_of(PREVIEW_CALENDAR_NEW, invoice, NULL, NULL);
	finding.approver = approver->name;
	if (strcmp(before, after) != 0) {
		finding.from = before;
		finding.to = after;
		note(comparing, &finding);
	} else if (is_changed(comparing, "calendar %1", after, NULL)) {
		finding.type = PREVIEW_CALENDAR;
		finding.where = after;
		note(comparing, &finding);
	}
}

/* Reminders are switched off for its administration. */
static gboolean is_silent(const Policy *policy, const InvoiceRow *invoice)
{
	const Administration *administration = invoice->administration ? policy_administration(policy, invoice->administration) : NULL;
	return administration && !administration->reminders;
}

static LadderView view_of(const Policy *policy, const InvoiceRow *invoice, const GArray *held, Calendar *calendar, const Stage *stage, const Approval *approval)
{
	LadderView view = {.calendar = calendar, .slots = policy->slots};
	if (!is_silent(policy, invoice))
		view.ladder = policy_ladder(policy, stage->ladder);
	view.anchors = opening_anchors(policy, invoice, held, calendar, approval->start);
	view.anchors.at[ANCHOR_DEADLINE] = approval->deadline;
	return view;
}

static void compare_recipients(Comparing *comparing, const LadderEffect *effect, const Finding *about)
{
	if (effect->after == INSTANT_NONE || !effect->older || !rung_speaks_to_others(effect->older, effect->newer))
		return;
	g_autofree char *from = rung_people_text(effect->older), *to = rung_people_text(effect->newer);
	Finding finding = *about;
	finding.type = PREVIEW_OTHERS;
	finding.from = from;
	finding.to = to;
	note(comparing, &finding);
}

static void note_effect(Comparing *comparing, const LadderEffect *effect, const Finding *about)
{
	static const PreviewType of[] = {[EFFECT_EARLIER] = PREVIEW_EARLIER,
	                                 [EFFECT_LATER] = PREVIEW_LATER,
	                                 [EFFECT_APPEARS] = PREVIEW_APPEARS,
	                                 [EFFECT_FALLS_AWAY] = PREVIEW_FALLS_AWAY};
	Finding finding = *about;
	finding.what = (effect->newer ? effect->newer : effect->older)->name;
	finding.before = effect->before;
	finding.after = effect->after;
	if (effect->type != EFFECT_SAME) {
		finding.type = of[effect->type];
		note(comparing, &finding);
	}
	compare_recipients(comparing, effect, &finding);
}

static void compare_grace(Comparing *comparing, const GArray *effects, const Finding *about)
{
	g_autofree char *before = policy_span_text(&comparing->before->grace), *after = policy_span_text(&comparing->after->grace);
	gboolean others = FALSE;
	for (guint i = 0; i < effects->len; i++) {
		const LadderEffect *effect = &g_array_index(effects, LadderEffect, i);
		others = others || (effect->after != INSTANT_NONE && (rung_names_others(effect->newer) || rung_acts(effect->newer)));
	}
	if (!others || !strcmp(before, after))
		return;
	Finding finding = *about;
	finding.type = PREVIEW_GRACE;
	finding.where = NULL;
	finding.from = before;
	finding.to = after;
	note(comparing, &finding);
}

static void compare_approval(Comparing *comparing, const InvoiceRow *invoice, const Stage *stage, const Approval *approval)
{
	const Approver *approver = approver_of(comparing, approval->person, invoice->administration);
	if (!approver)
		return;
	comparing->preview->approvals++;
	compare_calendars(comparing, invoice, approver);
	LadderView older = view_of(comparing->before, invoice, comparing->held, approver->before, stage, approval);
	LadderView newer = view_of(comparing->after, invoice, comparing->held, approver->after, stage, approval);
	gboolean silent = is_silent(comparing->after, invoice);
	Finding finding = finding_of(silent ? PREVIEW_SILENT : PREVIEW_LADDER_GONE, invoice, silent ? invoice->administration : stage->ladder, NULL);
	finding.approver = approver->name;
	if (!newer.ladder) {
		if (older.ladder)
			note(comparing, &finding);
		return;
	}
	g_autoptr(GArray) effects = ladder_effects(&older, &newer, comparing->now);
	for (guint i = 0; i < effects->len; i++)
		note_effect(comparing, &g_array_index(effects, LadderEffect, i), &finding);
	compare_grace(comparing, effects, &finding);
}

/* --- of an invoice --- */

/* The chain that an invoice goes on with under that policy: the policy's, else the one by which it was routed. */
static const Chain *chain_under(Comparing *comparing, const Policy *policy, const InvoiceRow *invoice)
{
	const Chain *chain = policy_chain(policy, invoice->chain);
	const Policy *routed = chain ? NULL : session_policy_at(comparing->session, invoice->policy_version, NULL);
	return routed ? policy_chain(routed, invoice->chain) : chain;
}

static const StageRule *stage_at(const Chain *chain, guint position)
{
	return chain && position < chain->stages->len ? chain->stages->pdata[position] : NULL;
}

/* Stages open by their place in the chain. */
static void compare_stages(Comparing *comparing, const InvoiceRow *invoice, guint next)
{
	const Chain *before = chain_under(comparing, comparing->before, invoice), *after = chain_under(comparing, comparing->after, invoice);
	guint length = MAX(before ? before->stages->len : 0, after ? after->stages->len : 0);
	for (guint i = next; i < length; i++) {
		const StageRule *older = stage_at(before, i), *newer = stage_at(after, i);
		const char *from = older ? older->name : NULL, *to = newer ? newer->name : NULL;
		Finding finding = finding_of(PREVIEW_STAGE_NEW, invoice, invoice->chain, NULL);
		if (g_strcmp0(from, to) != 0) {
			finding.from = from;
			finding.to = to;
			note(comparing, &finding);
		} else if (is_changed(comparing, "chain %1, stage %2", invoice->chain, to)) {
			finding.type = PREVIEW_STAGE;
			finding.what = to;
			note(comparing, &finding);
		}
	}
	if (policy_chain(comparing->before, invoice->chain) && !policy_chain(comparing->after, invoice->chain)) {
		const Finding finding = finding_of(PREVIEW_CHAIN_GONE, invoice, invoice->chain, NULL);
		note(comparing, &finding);
	}
}

/* The name stays the policy's. */
static const char *route_under(Comparing *comparing, const Policy *policy, const InvoiceRow *invoice)
{
	g_autoptr(Routing) routing = comparing->failure ? NULL : routing_find(comparing->session, policy, invoice, &comparing->failure);
	return routing && routing->chain ? routing->chain->name : NULL;
}

static void compare_routes(Comparing *comparing, const InvoiceRow *invoice)
{
	const char *before = route_under(comparing, comparing->before, invoice), *after = route_under(comparing, comparing->after, invoice);
	if (!g_strcmp0(before, after))
		return;
	Finding finding = finding_of(invoice->chain ? PREVIEW_ROUTE : PREVIEW_TO_ROUTE, invoice, NULL, NULL);
	finding.from = invoice->chain ? invoice->chain : before;
	finding.to = after;
	if (g_strcmp0(finding.from, finding.to) != 0)
		note(comparing, &finding);
}

static gboolean compare_approvals(Comparing *comparing, const InvoiceRow *invoice, const Stage *open)
{
	Store *store = session_store(comparing->session);
	g_autoptr(GArray) held = store_holds(store, invoice->id, &comparing->failure);
	g_autoptr(GPtrArray) approvals = held ? store_approvals(store, invoice->id, &comparing->failure) : NULL;
	comparing->held = held;
	for (guint i = 0; approvals && i < approvals->len && !comparing->failure; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->stage == open->ordinal && approval->state == APPROVAL_PENDING)
			compare_approval(comparing, invoice, open, approval);
	}
	return !comparing->failure;
}

static guint next_position(const InvoiceRow *invoice, const GPtrArray *stages)
{
	int ordinal, position;
	if (opening_next(invoice, stages, &ordinal, &position))
		return (guint)position;
	return (guint)((const Stage *)stages->pdata[stages->len - 1])->position + 1;
}

static gboolean compare_invoice(const InvoiceRow *invoice, gpointer user_data)
{
	Comparing *comparing = user_data;
	g_autoptr(GPtrArray) stages = store_stages(session_store(comparing->session), invoice->id, &comparing->failure);
	if (!stages)
		return FALSE;
	comparing->preview->invoices++;
	const Stage *last = stages->len ? stages->pdata[stages->len - 1] : NULL;
	compare_routes(comparing, invoice);
	if (comparing->failure)
		return FALSE;
	if (invoice->chain)
		compare_stages(comparing, invoice, next_position(invoice, stages));
	return !last || last->closed != INSTANT_NONE || compare_approvals(comparing, invoice, last);
}

/* --- the order of the lines --- */

static guint ladder_place(const Policy *policy, const char *name)
{
	for (guint i = 0; i < policy->ladders->len; i++)
		if (!g_strcmp0(((const Ladder *)policy->ladders->pdata[i])->name, name))
			return i;
	return policy->ladders->len;
}

static guint rung_place(const Policy *policy, const char *ladder_name, const char *name)
{
	const Ladder *ladder = policy_ladder(policy, ladder_name);
	guint length = ladder ? ladder->rungs->len : 0, place = 0;
	while (place < length && g_strcmp0(((const Rung *)ladder->rungs->pdata[place])->name, name) != 0)
		place++;
	return place;
}

static gint compare_lines(gconstpointer a, gconstpointer b, gpointer user_data)
{
	const PreviewLine *first = *(const PreviewLine *const *)a, *second = *(const PreviewLine *const *)b;
	const Policy *policy = user_data;
	gboolean first_is_rung = first->type >= PREVIEW_EARLIER && first->type <= PREVIEW_OTHERS;
	gboolean second_is_rung = second->type >= PREVIEW_EARLIER && second->type <= PREVIEW_OTHERS;
	if (!first_is_rung || !second_is_rung)
		return (gint)first->type - (gint)second->type;
	gint order = (gint)ladder_place(policy, first->where) - (gint)ladder_place(policy, second->where);
	if (!order)
		order = (gint)rung_place(policy, first->where, first->what) - (gint)rung_place(policy, second->where, second->what);
	return order ? order : (gint)first->type - (gint)second->type;
}

static Preview *preview_new(void)
{
	Preview *preview = g_new0(Preview, 1);
	preview->lines = g_ptr_array_new_with_free_func(line_free);
	return preview;
}

static Preview *compare(Session *session, const Policy *coming, GError **error)
{
	const Policy *current = session_policy(session, NULL, error);
	if (!current)
		return NULL;
	g_autoptr(Preview) preview = preview_new();
	g_autoptr(GHashTable) changed = changed_places(current, coming);
	g_autoptr(GHashTable) people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, approver_free);
	g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Comparing comparing = {.session = session, .before = current, .after = coming, .changed = changed, .people = people, .by_key = by_key,
	                       .preview = preview, .now = session_now(session)};
	const InvoiceFilter open = {.only_open = TRUE};
	if (!store_invoices(session_store(session), &open, compare_invoice, &comparing, error))
		return NULL;
	if (comparing.failure) {
		g_propagate_error(error, comparing.failure);
		return NULL;
	}
	g_ptr_array_sort_with_data(preview->lines, compare_lines, (gpointer)coming);
	return g_steal_pointer(&preview);
}

Preview *preview_run(Session *session, const Policy *coming, GError **error)
{
	const AnswersMode mode = answers_set_mode(session_answers(session), ANSWERS_ANEW); /* whoever applies it goes by what is so now */
	Preview *preview = compare(session, coming, error);
	answers_set_mode(session_answers(session), mode);
	return preview;
}
