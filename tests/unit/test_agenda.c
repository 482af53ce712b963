/* The entries of a calendar: grow, shrink, move, end; each case is a table of approvals and entries and what is done at an instant. Times are Amsterdam's. */
#include "domain/agenda.h"

#include <stdlib.h>
#include <string.h>

#define NO INSTANT_NONE

typedef struct {
	Calendar *calendar;
	GArray *slots;
} Office;

static void set_up(Office *office, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", &error);
	office->calendar = calendar_new("nl", zone);
	g_assert_true(calendar_add_work(office->calendar, "Mon-Fri 08:30-17:30", &error));
	calendar_add_holiday(office->calendar, date_from_ymd(2026, 12, 25));
	g_assert_true(calendar_slots_parse((const char *const[]){"09:00", "14:00", NULL}, &office->slots, &error));
}

static void tear_down(Office *office, gconstpointer data)
{
	(void)data;
	calendar_unref(office->calendar);
	g_array_unref(office->slots);
}

/* "12-01 09:00" of 2026; NULL: INSTANT_NONE. */
static gint64 at(const Office *office, const char *text)
{
	if (!text)
		return INSTANT_NONE;
	int day = atoi(text + 3), hour = atoi(text + 6), minute = atoi(text + 9);
	return zone_instant(calendar_zone(office->calendar), date_from_ymd(2026, atoi(text), day), hour * 3600 + minute * 60);
}

typedef struct {
	const char *deadline, *since, *moved, *ended;
	int entry; /* 1, 2, … of the case's; 0: none */
} Item;

typedef struct {
	const char *day; /* NULL: of one approval */
	const char *ends, *asked;
	gboolean withdrawn;
} Entry;

typedef struct {
	const char *name;
	InviteMode mode;
	const char *now;
	Item items[5];
	Entry entries[3];
	const char *wanted; /* "request 12-04 16:30: 1 2; update 1 12-04 17:30: 2; cancel 1: 1; again 12-01 14:00" */
} Case;

static const char *text_at(const Office *office, gint64 instant, char text[16])
{
	Zone *zone = calendar_zone(office->calendar);
	Date date = calendar_date(office->calendar, instant);
	int year, month, day, second = (int)(instant - zone_instant(zone, date, 0));
	date_get_ymd(date, &year, &month, &day);
	g_snprintf(text, 16, "%02d-%02d %02d:%02d", month, day, second / 3600, second / 60 % 60);
	return text;
}

static char *describe(const Office *office, const AgendaPlan *plan)
{
	static const char *const names[] = {"request", "update", "cancel"};
	GString *text = g_string_new(NULL);
	char when[16];
	for (guint i = 0; i < plan->changes->len; i++) {
		const AgendaChange *change = plan->changes->pdata[i];
		g_string_append_printf(text, "%s%s", text->len ? "; " : "", names[change->action]);
		if (change->entry != AGENDA_NO_ENTRY)
			g_string_append_printf(text, " %d", change->entry + 1);
		if (change->action != AGENDA_CANCEL) {
			g_assert_cmpint(change->ends - change->starts, ==, 1800);
			g_string_append_printf(text, " %s", text_at(office, change->ends, when));
		}
		g_string_append_c(text, ':');
		for (guint j = 0; j < change->items->len; j++)
			g_string_append_printf(text, " %u", g_array_index(change->items, guint, j) + 1);
	}
	if (plan->look_again != INSTANT_NONE)
		g_string_append_printf(text, "%sagain %s", text->len ? "; " : "", text_at(office, plan->look_again, when));
	return g_string_free(text, FALSE);
}

static GArray *items_of(const Office *office, const Case *test)
{
	GArray *items = g_array_new(FALSE, FALSE, sizeof(AgendaItem));
	for (const Item *item = test->items; item->deadline; item++) {
		AgendaItem one = {office->calendar, at(office, item->deadline), at(office, item->since), at(office, item->moved), at(office, item->ended), item->entry - 1};
		g_array_append_val(items, one);
	}
	return items;
}

static GArray *entries_of(const Office *office, const Case *test)
{
	GArray *entries = g_array_new(FALSE, FALSE, sizeof(AgendaEntry));
	for (const Entry *entry = test->entries; entry->ends; entry++) {
		AgendaEntry one = {DATE_NONE, at(office, entry->ends), at(office, entry->asked), entry->withdrawn};
		if (entry->day)
			one.day = date_from_ymd(2026, atoi(entry->day), atoi(entry->day + 3));
		g_array_append_val(entries, one);
	}
	return entries;
}

#define FRI "12-04 17:30" /* the usual deadline */
#define MON "11-30 09:00" /* when it was asked for */

#define NEW(deadline, since)          {deadline, since, NULL, NULL, 0}
#define IN(entry, deadline)           {deadline, MON, NULL, NULL, entry}
#define MOVED(entry, deadline, moved) {deadline, MON, moved, NULL, entry}
#define ENDED(entry, deadline, ended) {deadline, MON, NULL, ended, entry}
#define OF(day, ends)                 {day, ends, MON, FALSE}
#define GONE(day, ends)               {day, ends, MON, TRUE} /* its message was withdrawn */
#define NOTHING                       {NULL, NULL, NULL, FALSE}

static const Case cases[] = {
	{"the first of a day is asked for at once", INVITES_DAY, "11-30 10:07", {NEW(FRI, "11-30 10:05")}, {NOTHING}, "request 12-04 17:30: 1"},
	{"all of a day in one", INVITES_DAY, MON, {NEW(FRI, MON), NEW(FRI, MON), NEW("12-07 17:30", MON)}, {NOTHING}, "request 12-04 17:30: 1 2; request 12-07 17:30: 3"},
	{"one for each", INVITES_APPROVAL, MON, {NEW(FRI, MON), NEW(FRI, MON)}, {NOTHING}, "request 12-04 17:30: 1; request 12-04 17:30: 2"},
	{"none", INVITES_NONE, MON, {NEW(FRI, MON)}, {NOTHING}, ""},
	{"at the earliest deadline of the day", INVITES_DAY, MON, {NEW(FRI, MON), NEW("12-04 16:05", MON)}, {NOTHING}, "request 12-04 16:05: 2 1"},
	{"a deadline outside working time: the last close", INVITES_DAY, MON, {NEW("12-05 12:00", MON), NEW(FRI, MON)}, {NOTHING}, "request 12-04 17:30: 2 1"},
	{"a holiday: the close before it", INVITES_DAY, "12-21 09:00", {NEW("12-25 17:30", "12-21 09:00")}, {NOTHING}, "request 12-24 17:30: 1"},
	{"its deadline is past", INVITES_DAY, "12-07 09:00", {NEW(FRI, MON)}, {NOTHING}, ""},
	{"decided before it went", INVITES_DAY, MON, {ENDED(0, FRI, MON), NEW(FRI, MON)}, {NOTHING}, "request 12-04 17:30: 2"},
	{"not at night", INVITES_DAY, "11-28 10:00", {NEW(FRI, "11-27 16:00")}, {NOTHING}, "again 11-30 08:30"},
	{"at night where its rung takes any time", INVITES_DAY, "11-28 10:00", {NEW(FRI, "11-28 10:00")}, {NOTHING}, "request 12-04 17:30: 1"},
	{"grows at the next slot", INVITES_DAY, "11-30 10:30", {IN(1, FRI), NEW(FRI, "11-30 10:30")}, {OF("12-04", FRI)}, "again 11-30 14:00"},
	{"grows at the slot", INVITES_DAY, "11-30 14:00", {IN(1, FRI), NEW(FRI, "11-30 10:30")}, {OF("12-04", FRI)}, "update 1 12-04 17:30: 1 2"},
	{"grows at the first pass after its slot", INVITES_DAY, "11-30 14:20", {IN(1, FRI), NEW(FRI, "11-30 14:00")}, {OF("12-04", FRI)}, "update 1 12-04 17:30: 1 2"},
	{"what came after the slot goes with it", INVITES_DAY, "11-30 14:20", {ENDED(1, FRI, "11-30 10:00"), NEW(FRI, "11-30 14:10"), IN(1, FRI)},
         {OF("12-04", FRI)}, "update 1 12-04 17:30: 2 3"},
	{"shrinks at the next slot", INVITES_DAY, "11-30 10:00", {ENDED(1, FRI, "11-30 10:00"), IN(1, FRI)}, {OF("12-04", FRI)}, "again 11-30 14:00"},
	{"shrinks at the slot", INVITES_DAY, "11-30 14:00", {ENDED(1, FRI, "11-30 10:00"), IN(1, FRI)}, {OF("12-04", FRI)}, "update 1 12-04 17:30: 2"},
	{"and ends later", INVITES_DAY, "11-30 14:00", {ENDED(1, "12-04 16:05", "11-30 10:00"), IN(1, FRI)}, {OF("12-04", "12-04 16:05")}, "update 1 12-04 17:30: 2"},
	{"to nothing, at once", INVITES_DAY, "11-30 10:00", {ENDED(1, FRI, "11-30 10:00"), ENDED(1, FRI, "11-30 09:59")}, {OF("12-04", FRI)}, "cancel 1: 1 2"},
	{"to nothing, in working time", INVITES_DAY, "11-30 17:30", {ENDED(1, FRI, "11-30 17:30")}, {OF("12-04", FRI)}, "again 12-01 08:30"},
	{"not to nothing: one goes, one comes", INVITES_DAY, "11-30 10:00", {ENDED(1, FRI, "11-30 10:00"), NEW(FRI, "11-30 10:00")}, {OF("12-04", FRI)}, "again 11-30 14:00"},
	{"nothing changes", INVITES_DAY, "12-01 14:00", {IN(1, FRI), IN(1, FRI)}, {OF("12-04", FRI)}, ""},
	{"moved to another day: out of the one, into the other, at the slot", INVITES_DAY, "11-30 10:00",
         {MOVED(1, "12-07 17:30", "11-30 10:00"), IN(1, FRI), IN(2, "12-07 17:30")},
         {OF("12-04", FRI), OF("12-07", "12-07 17:30")}, "again 11-30 14:00"},
	{"then both change", INVITES_DAY, "11-30 14:00",
         {MOVED(1, "12-07 17:30", "11-30 10:00"), IN(1, FRI), IN(2, "12-07 17:30")},
         {OF("12-04", FRI), OF("12-07", "12-07 17:30")}, "update 1 12-04 17:30: 2; update 2 12-07 17:30: 1 3"},
	{"to a day without an entry", INVITES_DAY, "11-30 14:00", {MOVED(1, "12-07 17:30", "11-30 10:00"), IN(1, FRI)}, {OF("12-04", FRI)},
         "update 1 12-04 17:30: 2; request 12-07 17:30: 1"},
	{"the only one moved: the old entry waits with the new", INVITES_DAY, "11-30 10:00", {MOVED(1, "12-07 17:30", "11-30 10:00")}, {OF("12-04", FRI)}, "again 11-30 14:00"},
	{"and is taken back with it", INVITES_DAY, "11-30 14:00", {MOVED(1, "12-07 17:30", "11-30 10:00")}, {OF("12-04", FRI)}, "cancel 1: 1; request 12-07 17:30: 1"},
	{"moved into the past: out, and into nothing", INVITES_DAY, "12-03 14:00", {MOVED(1, "12-02 17:30", "12-03 10:00")}, {OF("12-04", FRI)}, "cancel 1: 1"},
	{"moved within the day", INVITES_DAY, "11-30 14:00", {MOVED(1, "12-04 12:00", "11-30 10:00")}, {OF("12-04", FRI)}, "update 1 12-04 12:00: 1"},
	{"moved there and back", INVITES_DAY, "11-30 14:00", {MOVED(1, FRI, "11-30 10:00")}, {OF("12-04", FRI)}, ""},
	{"its own entry moves with it", INVITES_APPROVAL, "11-30 14:00", {MOVED(1, "12-07 17:30", "11-30 10:00")}, {OF(NULL, FRI)}, "update 1 12-07 17:30: 1"},
	{"the day is over: it is not made shorter", INVITES_DAY, "12-07 09:00", {ENDED(1, FRI, "12-07 08:00"), IN(1, FRI)}, {OF("12-04", FRI)}, ""},
	{"but taken back in the end", INVITES_DAY, "12-07 09:00", {ENDED(1, FRI, "12-07 08:00"), ENDED(1, FRI, "12-07 08:40")}, {OF("12-04", FRI)}, "cancel 1: 1 2"},
	{"and who moved out of it is asked for", INVITES_DAY, "12-07 09:00", {MOVED(1, "12-09 17:30", "12-05 10:00"), IN(1, FRI)}, {OF("12-04", FRI)},
         "request 12-09 17:30: 1"},
	{"withdrawn: the rest at once", INVITES_DAY, "11-30 10:00", {ENDED(1, FRI, "11-30 10:00"), IN(1, FRI)}, {GONE("12-04", FRI)}, "update 1 12-04 17:30: 2"},
	{"withdrawn, and nothing else is new", INVITES_DAY, "11-30 10:00", {IN(1, FRI)}, {GONE("12-04", FRI)}, "update 1 12-04 17:30: 1"},
	{"withdrawn, and its day is over", INVITES_DAY, "12-07 10:00", {ENDED(1, FRI, "12-07 10:00"), IN(1, FRI)}, {GONE("12-04", FRI)}, ""},
	{"another mode keeps what stands", INVITES_DAY, "11-30 14:00", {IN(1, FRI), NEW(FRI, "11-30 14:00")}, {OF(NULL, FRI)}, "request 12-04 17:30: 2"},
	{"and ends it", INVITES_DAY, "11-30 14:00", {ENDED(1, FRI, "11-30 14:00")}, {OF(NULL, FRI)}, "cancel 1: 1"},
	{"from a day to one for each", INVITES_APPROVAL, "11-30 14:00", {IN(1, FRI), NEW(FRI, "11-30 14:00")}, {OF("12-04", FRI)}, "request 12-04 17:30: 2"},
	{"to none: what stands shrinks, and no more comes", INVITES_NONE, "11-30 14:00", {ENDED(1, FRI, "11-30 10:00"), IN(1, FRI), NEW(FRI, "11-30 14:00")},
         {OF("12-04", FRI)}, "update 1 12-04 17:30: 2"},
};

static void test_cases(Office *office, gconstpointer data)
{
	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GArray) items = items_of(office, &cases[i]), entries = entries_of(office, &cases[i]);
		AgendaState state = {office->calendar, office->slots, cases[i].mode, INSTANT_NONE, items, entries};
		g_autoptr(AgendaPlan) plan = agenda_decide(&state, at(office, cases[i].now));
		g_autofree char *got = describe(office, plan);
		if (strcmp(got, cases[i].wanted))
			g_error("%s:\nwanted %s\ngot    %s", cases[i].name, cases[i].wanted, got);
	}
}

/* --- whatever happens --- */

#define ITEMS 12

typedef struct {
	GArray *items, *entries;
	gboolean cancelled[200];
	int updates[200];
} Life;

/* What the plan says comes true; an entry keeps its index, one that was taken back says so. */
static void carry_out(Life *life, const AgendaPlan *plan, gint64 now)
{
	for (guint i = 0; i < plan->changes->len; i++) {
		const AgendaChange *change = plan->changes->pdata[i];
		int entry = change->entry;
		if (change->action == AGENDA_REQUEST) {
			AgendaEntry fresh = {.day = change->day, .ends = change->ends, .asked = now};
			entry = (int)life->entries->len;
			g_array_append_val(life->entries, fresh);
		}
		g_assert_false(life->cancelled[entry]);
		for (guint j = 0; change->action != AGENDA_REQUEST && j < life->items->len; j++)
			if (g_array_index(life->items, AgendaItem, j).entry == entry)
				g_array_index(life->items, AgendaItem, j).entry = AGENDA_NO_ENTRY;
		if (change->action == AGENDA_CANCEL) {
			life->cancelled[entry] = TRUE;
			continue;
		}
		g_assert_cmpuint(change->items->len, >, 0);
		for (guint j = 0; j < change->items->len; j++) {
			AgendaItem *item = &g_array_index(life->items, AgendaItem, g_array_index(change->items, guint, j));
			g_assert_true(item->ended == INSTANT_NONE); /* what was decided never appears */
			item->entry = entry;
		}
		AgendaEntry *told = &g_array_index(life->entries, AgendaEntry, (guint)entry);
		told->ends = change->ends;
		told->asked = now;
		life->updates[entry] += change->action == AGENDA_UPDATE;
	}
}

/* Only those that stand are given; the plan's indexes are turned back. */
static AgendaPlan *decide(const Office *office, Life *life, InviteMode mode, gint64 now)
{
	g_autoptr(GArray) standing = g_array_new(FALSE, FALSE, sizeof(AgendaEntry)), items = g_array_new(FALSE, FALSE, sizeof(AgendaItem));
	int places[200], back[200];
	for (guint i = 0; i < life->entries->len; i++) {
		places[i] = life->cancelled[i] ? AGENDA_NO_ENTRY : (int)standing->len;
		if (!life->cancelled[i]) {
			back[standing->len] = (int)i;
			g_array_append_val(standing, g_array_index(life->entries, AgendaEntry, i));
		}
	}
	for (guint i = 0; i < life->items->len; i++) {
		AgendaItem item = g_array_index(life->items, AgendaItem, i);
		if (item.since > now)
			item.ended = now; /* not there yet */
		if (item.entry != AGENDA_NO_ENTRY)
			item.entry = places[item.entry];
		g_array_append_val(items, item);
	}
	AgendaState state = {office->calendar, office->slots, mode, INSTANT_NONE, items, standing};
	AgendaPlan *plan = agenda_decide(&state, now);
	g_assert_true(plan->look_again == INSTANT_NONE || plan->look_again > now);
	for (guint i = 0; i < plan->changes->len; i++) {
		AgendaChange *change = plan->changes->pdata[i];
		change->entry = change->entry == AGENDA_NO_ENTRY ? change->entry : back[change->entry];
	}
	return plan;
}

static gint64 random_instant(gint64 from, int days)
{
	return from + g_test_rand_int_range(0, days * 96) * G_GINT64_CONSTANT(900);
}

static void happen(const Office *office, Life *life, gint64 now)
{
	AgendaItem *item = &g_array_index(life->items, AgendaItem, (guint)g_test_rand_int_range(0, ITEMS));
	if (item->since > now || item->ended != INSTANT_NONE)
		return;
	if (g_test_rand_bit()) {
		item->ended = now;
		return;
	}
	item->deadline = calendar_close_of_work(office->calendar, calendar_date(office->calendar, random_instant(now, 12)));
	item->moved = now;
}

/* Any life, with passes at any instants: nothing is in two entries, nothing decided is shown, a pass twice does nothing, and in the end nothing stands. */
static void test_any_life(Office *office, gconstpointer data)
{
	(void)data;
	for (int round = 0; round < 300; round++) {
		g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(AgendaItem)), entries = g_array_new(FALSE, FALSE, sizeof(AgendaEntry));
		Life life = {.items = items, .entries = entries};
		gint64 now = at(office, "11-30 08:00");
		for (int i = 0; i < ITEMS; i++) {
			gint64 since = calendar_next_work(office->calendar, random_instant(now, 8));
			AgendaItem item = {office->calendar, calendar_add_working_days(office->calendar, since, g_test_rand_int_range(0, 5)), since, NO, NO, AGENDA_NO_ENTRY};
			g_array_append_val(items, item);
		}
		for (int pass = 0; pass < 60; pass++) {
			now += g_test_rand_int_range(1, 60) * G_GINT64_CONSTANT(900);
			for (int i = g_test_rand_int_range(0, 3); i > 0; i--)
				happen(office, &life, now);
			InviteMode mode = round % 3 == 0 ? (InviteMode)g_test_rand_int_range(0, 3) : INVITES_DAY;
			g_autoptr(AgendaPlan) plan = decide(office, &life, mode, now);
			carry_out(&life, plan, now);
			g_autoptr(AgendaPlan) again = decide(office, &life, mode, now);
			g_assert_cmpuint(again->changes->len, ==, 0);
		}
		for (guint i = 0; i < ITEMS; i++)
			if (g_array_index(items, AgendaItem, i).ended == INSTANT_NONE)
				g_array_index(items, AgendaItem, i).ended = now;
		now = calendar_next_work(office->calendar, now + 86400);
		g_autoptr(AgendaPlan) last = decide(office, &life, INVITES_DAY, now);
		carry_out(&life, last, now);
		for (guint i = 0; i < entries->len; i++)
			g_assert_true(life.cancelled[i]);
	}
}

/* However many approvals come and go in a morning: one update at the slot. */
static void test_one_update_a_slot(Office *office, gconstpointer data)
{
	(void)data;
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(AgendaItem)), entries = g_array_new(FALSE, FALSE, sizeof(AgendaEntry));
	Life life = {.items = items, .entries = entries};
	for (int i = 0; i < 40; i++) {
		AgendaItem item = {office->calendar, at(office, FRI), at(office, MON) + i * 300, NO, NO, AGENDA_NO_ENTRY};
		g_array_append_val(items, item);
	}
	for (gint64 now = at(office, MON); now < at(office, "11-30 17:30"); now += 60) {
		if (now == at(office, "11-30 13:00"))
			for (guint i = 0; i < 10; i++)
				g_array_index(items, AgendaItem, i).ended = now;
		g_autoptr(AgendaPlan) plan = decide(office, &life, INVITES_DAY, now);
		carry_out(&life, plan, now);
	}
	g_assert_cmpuint(entries->len, ==, 1);
	g_assert_cmpint(life.updates[0], ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/agenda/cases", Office, NULL, set_up, test_cases, tear_down);
	g_test_add("/agenda/any-life", Office, NULL, set_up, test_any_life, tear_down);
	g_test_add("/agenda/one-update-a-slot", Office, NULL, set_up, test_one_update_a_slot, tear_down);
	return g_test_run();
}
