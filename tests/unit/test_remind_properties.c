/* What must hold of remind_decide() for any ladder and any passes, on stories invented from a fixed seed. Everything lies on half
 * hours, so that a pass each half hour misses nothing. */
#include "remind_fixture.h"

#include <string.h>

#define HALF_HOUR 1800
#define DAY       (48 * HALF_HOUR)
#define SPAN_DAYS 9

static const char *const anchors[] = {"received", "start", "deadline", "due"};
static const char *const offsets[] = {"",     "",     "+30min", "+1h",  "+4bh", "-4bh", "+1d",
                                      "+1bd", "-1bd", "+2bd",   "+26h", "-3h",  "+1w"};
static const char *const repeats[] = {NULL, NULL, NULL, "1bd", "4bh", "1d", "90min"};
static const char *const companies[] = {
	"ann", "ann", "ann boss", "boss", "ann +boss", "boss +ann", "ann ny-bob", "ann boss +ny-bob +cfo", "+cfo", ""};
static const char *const adds[] = {NULL, NULL, NULL, "boss", "ny-bob", "dora", "", "ann"};

#define PICK(list) (list)[g_random_int_range(0, G_N_ELEMENTS(list))]

static gint64 some_half_hour(gint64 from, int days)
{
	return from + g_random_int_range(0, days * 48) * HALF_HOUR;
}

/* Names and expressions live as long as `keep`. */
static void invent_ladder(RungCase *rungs, gsize count, GPtrArray *keep)
{
	for (gsize i = 0; i < count; i++) {
		char *name = g_strdup_printf("r%zu", i), *at = g_strconcat(PICK(anchors), PICK(offsets), NULL);
		g_ptr_array_add(keep, name);
		g_ptr_array_add(keep, at);
		rungs[i] = (RungCase){
			.name = name,
			.at = at,
			.who = PICK(companies),
			.add = PICK(adds),
			.tone = (Tone)g_random_int_range(TONE_NEW, TONE_FINAL + 1),
			.send = g_random_int_range(0, 3) ? SEND_MAIL : SEND_MAIL | SEND_INVITE,
			.every = PICK(repeats),
			.times = (guint)g_random_int_range(0, 5),
			.urgent = !g_random_int_range(0, 4),
			.anytime = !g_random_int_range(0, 6),
		};
	}
}

typedef struct {
	RungCase rungs[6];
	gsize count;
	gint64 received, start, deadline, due;
	GPtrArray *keep;
} Story;

static Story *invent(void)
{
	Story *story = g_new0(Story, 1);
	story->keep = g_ptr_array_new_with_free_func(g_free);
	story->count = (gsize)g_random_int_range(1, G_N_ELEMENTS(story->rungs) + 1);
	invent_ladder(story->rungs, story->count, story->keep);
	/* among them weekends, the 25th of December and both changes of the clocks */
	static const char *const seasons[] = {"2026-11-30 00:00", "2026-12-21 00:00", "2026-10-20 00:00", "2027-03-24 00:00"};
	story->start = some_half_hour(local(PICK(seasons)), 4);
	story->received = story->start - (g_random_boolean() ? g_random_int_range(0, 100) * HALF_HOUR : 0);
	story->deadline = some_half_hour(story->start + HALF_HOUR, 5);
	story->due = some_half_hour(story->start - DAY, 8);
	return story;
}

static void story_free(Story *story)
{
	g_ptr_array_unref(story->keep);
	g_free(story);
}

static World *enter(const Story *story)
{
	World *world = world_new(story->rungs, story->count, "2026-11-30 09:00", "2026-11-30 09:00");
	world->state.anchors.at[ANCHOR_RECEIVED] = story->received;
	world->state.anchors.at[ANCHOR_START] = story->start;
	g_array_index(world->asked, Asked, 0).since = story->start;
	world->state.anchors.at[ANCHOR_DEADLINE] = story->deadline;
	world->state.anchors.at[ANCHOR_DUE] = story->due;
	return world;
}

/* Passes at one instant until there is nothing more to do: a mail that was accepted starts the grace. The second pass of the
 * same facts never does anything. */
static void settle(World *world, gint64 now)
{
	for (int i = 0;; i++) {
		gint64 fair_before = world->state.fair_from;
		g_autofree char *said = world_pass(world, now);
		if (fair_before != world->state.fair_from)
			continue;
		if (!*said && i > 0)
			break;
		g_autofree char *again = world_pass(world, now);
		g_assert_cmpstr(again, ==, "");
		break;
	}
	g_assert_true(world->look_again == INSTANT_NONE || world->look_again > now);
}

static gboolean is_rung_anytime(const World *world, const char *name)
{
	for (guint i = 0; i < world->ladder->rungs->len; i++) {
		const Rung *rung = world->ladder->rungs->pdata[i];
		if (!strcmp(rung->name, name))
			return rung->anytime;
	}
	return FALSE;
}

static gboolean is_asked(const World *world, const char *person)
{
	for (guint i = 0; i < world->asked->len; i++)
		if (!strcmp(g_array_index(world->asked, Asked, i).person, person))
			return TRUE;
	return FALSE;
}

/* Who was added heard of it, and counts from an instant at which the rung could act. */
static void check_asked(const World *world)
{
	for (guint i = 1; i < world->asked->len; i++) {
		const Asked *asked = &g_array_index(world->asked, Asked, i);
		g_assert_cmpint(asked->since, >=, world->state.anchors.at[ANCHOR_START]);
		gboolean heard = FALSE;
		for (guint j = 0; j < world->recorded->len; j++) {
			const Reminder *reminder = &g_array_index(world->recorded, Reminder, j);
			heard |= !strcmp(reminder->person, asked->person) && reminder->channel == SEND_MAIL &&
			         (reminder->state == REMINDER_CLAIMED || reminder->state == REMINDER_PLANNED);
		}
		g_assert_true(heard);
	}
}

static void check_claim(const World *world, const WorldClaim *claim)
{
	const Reminder *reminder = &claim->reminder;
	gboolean outsider = strcmp(reminder->person, "ann") != 0;
	const Calendar *calendar = g_str_has_prefix(reminder->person, "ny") ? world->ny : world->nl;
	g_assert_cmpint(reminder->unrolled, >=, world->state.anchors.at[ANCHOR_START]);
	g_assert_cmpint(reminder->fires, <=, claim->at);
	g_assert_true(is_rung_anytime(world, reminder->rung) || calendar_is_working(calendar, claim->at));
	if (outsider) {
		g_assert_cmpint(world->state.fair_from, !=, INSTANT_NONE);
		g_assert_cmpint(claim->at, >=, span_apply(world->nl, world->state.fair_from, world->state.grace));
	}
	if (reminder->channel == SEND_INVITE)
		g_assert_true(is_asked(world, reminder->person) && claim->at < world->state.anchors.at[ANCHOR_DEADLINE]);
}

/* Of two that went to one person: not twice the same, one mail at an instant, no falling tone, one invite. */
static void check_pair(const WorldClaim *earlier, const WorldClaim *later)
{
	const Reminder *a = &earlier->reminder, *b = &later->reminder;
	if (strcmp(a->person, b->person) || a->channel != b->channel)
		return;
	g_assert_true(a->occurrence != b->occurrence || strcmp(a->rung, b->rung));
	g_assert_cmpint(a->channel, ==, SEND_MAIL);
	g_assert_cmpint(earlier->at, <, later->at);
	g_assert_cmpint(a->tone, <=, b->tone);
}

static void check_claims(const World *world)
{
	check_asked(world);
	gboolean told = FALSE;
	for (guint i = 0; i < world->claims->len; i++) {
		const WorldClaim *claim = &g_array_index(world->claims, WorldClaim, i);
		check_claim(world, claim);
		for (guint j = 0; j < i; j++)
			check_pair(&g_array_index(world->claims, WorldClaim, j), claim);
		if (strcmp(claim->reminder.person, "ann") || claim->reminder.channel != SEND_MAIL)
			continue;
		if (!told)
			g_assert_cmpint(claim->reminder.tone, ==, ((const Rung *)world->ladder->rungs->pdata[0])->tone);
		told = TRUE;
	}
}

/* A pass each half hour sends what a pass at each instant of look_again sends; between those nothing happens. */
static void test_look_again(void)
{
	guint sent = 0;
	for (int i = 0; i < 40; i++) {
		Story *story = invent();
		g_autoptr(World) often = enter(story);
		g_autoptr(World) asked = enter(story);
		gint64 end = story->start + SPAN_DAYS * DAY;
		often->look_again = asked->look_again = story->start;
		for (gint64 now = story->start; now <= end; now += HALF_HOUR) {
			if (often->look_again == INSTANT_NONE || now < often->look_again) {
				g_autofree char *said = world_pass(often, now);
				g_assert_cmpstr(said, ==, "");
			} else {
				g_assert_cmpint(now, ==, often->look_again);
				settle(often, now);
			}
		}
		while (asked->look_again != INSTANT_NONE && asked->look_again <= end)
			settle(asked, asked->look_again);
		check_claims(often);
		g_autofree char *sent_often = world_sent(often);
		g_autofree char *sent_asked = world_sent(asked);
		g_assert_cmpstr(sent_often, ==, sent_asked);
		sent += often->claims->len;
		story_free(story);
	}
	g_assert_cmpuint(sent, >, 40); /* the stories are about something */
}

static void test_rare_passes(void)
{
	for (int i = 0; i < 150; i++) {
		Story *story = invent();
		g_autoptr(World) world = enter(story);
		gint64 now = story->start;
		for (int pass = 0; pass < 12; pass++) {
			settle(world, now);
			g_autoptr(GArray) wanted = remind_wanted(&world->state, now);
			g_assert_cmpuint(wanted->len, ==, 0);
			now = some_half_hour(now + HALF_HOUR, 1 + 4 * g_random_boolean());
		}
		check_claims(world);
		story_free(story);
	}
}

/* However much came during downtime, it is one mail a person. */
static void test_one_late_pass(void)
{
	for (int i = 0; i < 30; i++) {
		Story *story = invent();
		g_autoptr(World) world = enter(story);
		gint64 late = some_half_hour(story->start + 30 * DAY, 1);
		for (gint64 now = late; now <= late + 4 * DAY; now += HALF_HOUR)
			settle(world, now);
		g_autoptr(GHashTable) people = g_hash_table_new(g_str_hash, g_str_equal);
		for (guint j = 0; j < world->claims->len; j++) {
			const Reminder *reminder = &g_array_index(world->claims, WorldClaim, j).reminder;
			if (reminder->fires <= late)
				g_assert_true(reminder->channel == SEND_MAIL && g_hash_table_add(people, (char *)reminder->person));
		}
		check_claims(world);
		story_free(story);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_random_set_seed(20261130);
	g_test_add_func("/remind/properties/look-again", test_look_again);
	g_test_add_func("/remind/properties/rare-passes", test_rare_passes);
	g_test_add_func("/remind/properties/one-late-pass", test_one_late_pass);
	return g_test_run();
}
