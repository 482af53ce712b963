/* Each approval is first given its place: the entry that it is to be in, a new one, or none. Then each entry is compared with what it lists.
 *
 * Invariants: an approval is never in two entries; where one moves from one entry to another, both change in the same plan (but for an entry
 * whose time is over: it is left as it is).
 */
#include "domain/agenda.h"

#define LENGTH_S 1800

/* Places beside the indexes of entries. */
#define PLACE_NONE (-1)
#define PLACE_NEW  (-2)

typedef struct {
	const AgendaState *state;
	gint64 now;
	gint64 awake;  /* the next instant of working time: `now` inside it */
	int *places;   /* of each item */
	gboolean gathers; /* a slot has come since something changed */
	gint64 slot;      /* else the first that will */
	AgendaPlan *plan;
} Deciding;

static void change_free(gpointer data)
{
	AgendaChange *change = data;
	g_array_unref(change->items);
	g_free(change);
}

void agenda_plan_free(AgendaPlan *plan)
{
	if (!plan)
		return;
	g_ptr_array_unref(plan->changes);
	g_free(plan);
}

static const AgendaItem *item_at(const Deciding *deciding, guint index)
{
	return &g_array_index(deciding->state->items, AgendaItem, index);
}

static const AgendaEntry *entry_at(const Deciding *deciding, guint index)
{
	return &g_array_index(deciding->state->entries, AgendaEntry, index);
}

static Date day_of(const AgendaItem *item)
{
	gint64 close = calendar_prev_close(item->calendar, item->deadline);
	return calendar_date(item->calendar, close != INSTANT_NONE ? close : item->deadline);
}

static gint64 end_of(const AgendaItem *item)
{
	gint64 close = calendar_prev_close(item->calendar, item->deadline);
	return close != INSTANT_NONE ? close : item->deadline;
}

/* --- where everything belongs --- */

static int entry_of_day(const Deciding *deciding, Date day)
{
	for (guint i = 0; i < deciding->state->entries->len; i++)
		if (date_is_set(entry_at(deciding, i)->day) && entry_at(deciding, i)->day.day == day.day)
			return (int)i;
	return PLACE_NEW;
}

static gboolean stays(const Deciding *deciding, const AgendaItem *item)
{
	if (item->entry == AGENDA_NO_ENTRY)
		return FALSE;
	const AgendaEntry *entry = entry_at(deciding, (guint)item->entry);
	return !date_is_set(entry->day) || entry->day.day == day_of(item).day;
}

static int place_of(const Deciding *deciding, const AgendaItem *item)
{
	if (item->ended != INSTANT_NONE)
		return PLACE_NONE;
	if (stays(deciding, item))
		return item->entry;
	if (deciding->state->mode == INVITES_NONE || item->deadline <= deciding->now)
		return PLACE_NONE;
	return deciding->state->mode == INVITES_DAY ? entry_of_day(deciding, day_of(item)) : PLACE_NEW;
}

/* The items at that place, by deadline. */
static gint compare_deadlines(gconstpointer a, gconstpointer b, gpointer user_data)
{
	guint i = *(const guint *)a, j = *(const guint *)b;
	gint64 first = item_at(user_data, i)->deadline, second = item_at(user_data, j)->deadline;
	return first != second ? (first < second ? -1 : 1) : (i > j) - (i < j);
}

static GArray *items_placed(const Deciding *deciding, int place)
{
	GArray *indexes = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < deciding->state->items->len; i++)
		if (deciding->places[i] == place)
			g_array_append_val(indexes, i);
	g_array_sort_with_data(indexes, compare_deadlines, (gpointer)deciding);
	return indexes;
}

static GArray *items_listed(const Deciding *deciding, int entry)
{
	GArray *indexes = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < deciding->state->items->len; i++)
		if (item_at(deciding, i)->entry == entry)
			g_array_append_val(indexes, i);
	g_array_sort_with_data(indexes, compare_deadlines, (gpointer)deciding);
	return indexes;
}

static gint64 earliest_end(const Deciding *deciding, const GArray *items)
{
	gint64 ends = INSTANT_NONE;
	for (guint i = 0; i < items->len; i++) {
		gint64 end = end_of(item_at(deciding, g_array_index(items, guint, i)));
		if (ends == INSTANT_NONE || end < ends)
			ends = end;
	}
	return ends;
}

/* --- when it may change --- */

static void look_again_by(Deciding *deciding, gint64 instant)
{
	AgendaPlan *plan = deciding->plan;
	if (instant != INSTANT_NONE && (plan->look_again == INSTANT_NONE || instant < plan->look_again))
		plan->look_again = instant;
}

/* Since when the item belongs elsewhere than it is. A calendar or a person that changed says no instant of its own: then the policy's counts. */
static gint64 changed_at(const Deciding *deciding, const AgendaItem *item)
{
	if (item->ended != INSTANT_NONE)
		return item->ended;
	if (item->entry == AGENDA_NO_ENTRY)
		return item->since;
	gint64 asked = entry_at(deciding, (guint)item->entry)->asked;
	if (item->moved != INSTANT_NONE && item->moved >= asked)
		return item->moved;
	gint64 policy = deciding->state->policy_since;
	return policy != INSTANT_NONE && policy >= asked ? policy : asked;
}

static gint64 slot_after(const Deciding *deciding, gint64 changed)
{
	gint64 work = calendar_next_work(deciding->state->calendar, changed);
	return work == INSTANT_NONE ? deciding->now : calendar_next_slot(deciding->state->calendar, deciding->state->slots, work);
}

/* What has changed waits for its slot; once one has come, everything goes. */
static void gather(Deciding *deciding, const AgendaItem *item)
{
	gint64 slot = slot_after(deciding, changed_at(deciding, item));
	gint64 goes = slot > deciding->now ? slot : deciding->awake;
	deciding->gathers |= goes == deciding->now;
	deciding->slot = deciding->slot != INSTANT_NONE ? MIN(deciding->slot, goes) : goes;
}

/* --- standing entries --- */

typedef struct {
	gboolean empty;   /* nothing is left in it */
	gboolean ended;   /* since all of it has ended */
	gboolean changed; /* what it says is not true any more */
	gint64 ends;
} Standing;

static Standing compare_entry(const Deciding *deciding, int entry)
{
	g_autoptr(GArray) items = items_placed(deciding, entry), listed = items_listed(deciding, entry);
	const AgendaEntry *before = entry_at(deciding, (guint)entry);
	Standing standing = {.empty = !items->len, .ended = TRUE, .ends = earliest_end(deciding, items)};
	gboolean less = FALSE, more = FALSE;
	for (guint i = 0; i < listed->len; i++) {
		guint index = g_array_index(listed, guint, i);
		standing.ended &= item_at(deciding, index)->ended != INSTANT_NONE;
		less |= deciding->places[index] != entry;
	}
	for (guint i = 0; i < items->len; i++)
		more |= item_at(deciding, g_array_index(items, guint, i))->entry != entry;
	gboolean over = standing.ends <= deciding->now && before->ends <= deciding->now;
	standing.changed = standing.empty || more || (!over && (less || before->withdrawn || standing.ends != before->ends));
	return standing;
}

static gboolean waits_for_slot(const Deciding *deciding, int entry, const Standing *standing)
{
	return standing->changed && !entry_at(deciding, (guint)entry)->withdrawn && !(standing->empty && standing->ended);
}

/* Each item by which the entry differs. */
static void gather_entry(Deciding *deciding, int entry)
{
	Standing standing = compare_entry(deciding, entry);
	for (guint i = 0; waits_for_slot(deciding, entry, &standing) && i < deciding->state->items->len; i++) {
		const AgendaItem *item = item_at(deciding, i);
		gboolean was = item->entry == entry, is = deciding->places[i] == entry;
		if (was != is || (is && end_of(item) == standing.ends && standing.ends != entry_at(deciding, (guint)entry)->ends))
			gather(deciding, item);
	}
}

/* What moved out of an entry whose time is over, too. */
static void gather_moved(Deciding *deciding)
{
	for (guint i = 0; i < deciding->state->items->len; i++) {
		const AgendaItem *item = item_at(deciding, i);
		if (item->entry != AGENDA_NO_ENTRY && deciding->places[i] == PLACE_NEW)
			gather(deciding, item);
	}
}

static void add_change(Deciding *deciding, AgendaAction action, int entry, Date day, GArray *items)
{
	AgendaChange *change = g_new0(AgendaChange, 1);
	*change = (AgendaChange){.action = action, .entry = entry, .day = day, .items = items, .starts = INSTANT_NONE, .ends = INSTANT_NONE};
	if (action != AGENDA_CANCEL) {
		change->ends = earliest_end(deciding, items);
		change->starts = change->ends - LENGTH_S;
	}
	g_ptr_array_add(deciding->plan->changes, change);
}

static void decide_entry(Deciding *deciding, int entry)
{
	Standing standing = compare_entry(deciding, entry);
	gboolean waits = waits_for_slot(deciding, entry, &standing);
	if (!standing.changed || (waits && !deciding->gathers))
		return;
	if (deciding->awake != deciding->now) {
		look_again_by(deciding, deciding->awake);
		return;
	}
	if (standing.empty)
		add_change(deciding, AGENDA_CANCEL, entry, DATE_NONE, items_listed(deciding, entry));
	else
		add_change(deciding, AGENDA_UPDATE, entry, DATE_NONE, items_placed(deciding, entry));
}

/* --- new entries --- */

/* A rung whose instant was not rolled takes any time. */
static gboolean takes_any_time(const Deciding *deciding, const AgendaItem *item)
{
	return calendar_next_work(deciding->state->calendar, item->since) != item->since;
}

/* Whether the item may go into a new entry now. */
static gboolean is_ready(Deciding *deciding, const AgendaItem *item)
{
	if (item->entry != AGENDA_NO_ENTRY)
		return deciding->gathers;
	if (deciding->awake == deciding->now || takes_any_time(deciding, item))
		return TRUE;
	look_again_by(deciding, deciding->awake);
	return FALSE;
}

/* The first of the items and all that share its entry; they leave `items`. */
static GArray *take_entry(const Deciding *deciding, GArray *items)
{
	GArray *some = g_array_new(FALSE, FALSE, sizeof(guint));
	const AgendaItem *first = item_at(deciding, g_array_index(items, guint, 0));
	for (guint i = 0; i < items->len;) {
		guint index = g_array_index(items, guint, i);
		gboolean same = deciding->state->mode == INVITES_DAY && day_of(item_at(deciding, index)).day == day_of(first).day;
		if (some->len && !same) {
			i++;
			continue;
		}
		g_array_append_val(some, index);
		g_array_remove_index(items, i);
	}
	return some;
}

static void decide_new(Deciding *deciding)
{
	g_autoptr(GArray) items = items_placed(deciding, PLACE_NEW);
	for (guint i = items->len; i-- > 0;)
		if (!is_ready(deciding, item_at(deciding, g_array_index(items, guint, i))))
			g_array_remove_index(items, i);
	while (items->len) {
		GArray *some = take_entry(deciding, items);
		Date day = deciding->state->mode == INVITES_DAY ? day_of(item_at(deciding, g_array_index(some, guint, 0))) : DATE_NONE;
		add_change(deciding, AGENDA_REQUEST, AGENDA_NO_ENTRY, day, some);
	}
}

AgendaPlan *agenda_decide(const AgendaState *state, gint64 now)
{
	g_autofree int *places = g_new(int, state->items->len);
	Deciding deciding = {.state = state, .now = now, .places = places, .slot = INSTANT_NONE, .plan = g_new0(AgendaPlan, 1)};
	deciding.plan->changes = g_ptr_array_new_with_free_func(change_free);
	deciding.plan->look_again = INSTANT_NONE;
	gint64 awake = calendar_next_work(state->calendar, now);
	deciding.awake = awake != INSTANT_NONE ? awake : now;
	for (guint i = 0; i < state->items->len; i++)
		places[i] = place_of(&deciding, item_at(&deciding, i));
	for (guint i = 0; i < state->entries->len; i++)
		gather_entry(&deciding, (int)i);
	gather_moved(&deciding);
	if (!deciding.gathers)
		look_again_by(&deciding, deciding.slot);
	for (guint i = 0; i < state->entries->len; i++)
		decide_entry(&deciding, (int)i);
	decide_new(&deciding);
	return g_steal_pointer(&deciding.plan);
}
