#include "remind_fixture.h"

#include <string.h>

#define HOME "Europe/Amsterdam"

/* Zones are slow to make and the same in every test, so they are kept. */
static Zone *zone_kept(const char *name)
{
	static GHashTable *kept;
	if (!kept)
		kept = g_hash_table_new(g_str_hash, g_str_equal);
	Zone *zone = g_hash_table_lookup(kept, name);
	if (zone)
		return zone;
	zone = zone_new(name, NULL);
	g_assert_nonnull(zone);
	g_hash_table_insert(kept, (char *)name, zone);
	return zone;
}

static Calendar *calendar_make(const char *name, const char *zone_name, const char *work)
{
	Calendar *calendar = calendar_new(name, zone_kept(zone_name));
	g_assert_true(calendar_add_work(calendar, work, NULL));
	return calendar;
}

static void free_recipients(gpointer recipients)
{
	rung_recipients_free(recipients);
}

static void add_selectors(Rung *rung, const char *who)
{
	g_auto(GStrv) names = g_strsplit(who, " ", -1);
	for (guint i = 0; names[i]; i++) {
		gboolean copy = *names[i] == '+';
		const char *name = strcmp(names[i], "?") ? names[i] + copy : "unknown";
		g_autofree char *text = !strcmp(name, "ann") ? g_strdup("approver") : g_strdup_printf("user(%s)", name);
		if (*name)
			g_ptr_array_add(copy ? rung->cc : rung->to, selector_parse(text, NULL));
	}
	if (!*who)
		g_ptr_array_add(rung->to, selector_parse("group(empty)", NULL));
}

static Rung *rung_make(const RungCase *from)
{
	GError *error = NULL;
	Rung *rung = rung_new();
	rung->name = g_strdup(from->name);
	g_assert_true(time_expression_parse(from->at, &rung->at, &error));
	rung->send = from->send ? from->send : SEND_MAIL;
	g_auto(GStrv) hooks = g_strsplit(from->hooks ? from->hooks : "", " ", -1);
	for (char **hook = hooks; *hook; hook++) {
		g_ptr_array_add(rung->hooks, g_strdup(*hook));
		rung->send |= SEND_HOOK;
	}
	rung->tone = from->tone;
	rung->urgent = from->urgent;
	rung->anytime = from->anytime;
	rung->repeats = from->every != NULL;
	rung->times = from->every ? from->times : 1;
	g_assert_true(!from->every || span_parse(from->every, &rung->every, &error));
	add_selectors(rung, from->who);
	if (from->add)
		g_ptr_array_add(rung->add, selector_parse("group(added)", NULL));
	return rung;
}

void world_change_ladder(World *world, const RungCase *rungs, gsize count)
{
	g_clear_pointer(&world->ladder, ladder_free);
	world->ladder = ladder_new("standard");
	world->state.ladder = world->ladder;
	g_ptr_array_set_size(world->who, 0);
	g_ptr_array_set_size(world->adds, 0);
	for (gsize i = 0; i < count; i++) {
		g_ptr_array_add(world->ladder->rungs, rung_make(&rungs[i]));
		g_ptr_array_add(world->who, g_strdup(rungs[i].who));
		g_ptr_array_add(world->adds, g_strdup(rungs[i].add));
	}
}

void world_set_who(World *world, guint rung, const char *who)
{
	g_free(world->who->pdata[rung]);
	world->who->pdata[rung] = g_strdup(who);
	Rung *changed = world->ladder->rungs->pdata[rung];
	g_ptr_array_set_size(changed->to, 0);
	g_ptr_array_set_size(changed->cc, 0);
	add_selectors(changed, who);
}

void world_set_add(World *world, guint rung, const char *add)
{
	g_free(world->adds->pdata[rung]);
	world->adds->pdata[rung] = g_strdup(add);
}

void world_set_absent(World *world, const char *deputy, const char *since, gboolean absent)
{
	g_array_index(world->asked, Asked, 0).absent = absent;
	if (!absent)
		g_array_set_size(world->asked, 1);
	if (!absent || !deputy)
		return;
	Asked asked = {
		.person = g_intern_string(deputy),
		.calendar = world->nl,
		.since = local(since),
		.deputy = TRUE,
		.rung = ((const Rung *)world->ladder->rungs->pdata[0])->name,
	};
	g_array_append_val(world->asked, asked);
}

World *world_new(const RungCase *rungs, gsize count, const char *start, const char *deadline)
{
	World *world = g_new0(World, 1);
	world->nl = calendar_make("nl", HOME, "Mon-Fri 08:30-17:30");
	calendar_add_holiday(world->nl, date_from_ymd(2026, 12, 25));
	world->ny = calendar_make("ny", "America/New_York", "Mon-Fri 09:00-17:00");
	g_assert_true(calendar_slots_parse((const char *const[]){"09:00", "14:00", NULL}, &world->slots, NULL));
	world->recorded = g_array_new(FALSE, FALSE, sizeof(Reminder));
	world->history = remind_history_new();
	world->asked = g_array_new(FALSE, FALSE, sizeof(Asked));
	g_array_append_val(world->asked, ((Asked){.person = "ann", .calendar = world->nl, .since = local(start)}));
	world->who = g_ptr_array_new_with_free_func(g_free);
	world->adds = g_ptr_array_new_with_free_func(g_free);
	world->claims = g_array_new(FALSE, FALSE, sizeof(WorldClaim));
	world->state = (RemindState){
		.asked = world->asked,
		.slots = world->slots,
		.grace = {.amount = 4, .unit = UNIT_WORKING_HOUR},
		.invites = INVITES_APPROVAL,
		.reminders = TRUE,
		.fair_from = INSTANT_NONE,
		.history = world->history,
	};
	for (guint i = 0; i < ANCHOR_COUNT; i++)
		world->state.anchors.at[i] = INSTANT_NONE;
	world->state.anchors.at[ANCHOR_RECEIVED] = world->state.anchors.at[ANCHOR_START] = local(start);
	world->state.anchors.at[ANCHOR_DEADLINE] = local(deadline);
	world_change_ladder(world, rungs, count);
	return world;
}

void world_free(World *world)
{
	if (!world)
		return;
	ladder_free(world->ladder);
	calendar_unref(world->nl);
	calendar_unref(world->ny);
	g_array_unref(world->slots);
	g_array_unref(world->recorded);
	g_array_unref(world->asked);
	remind_history_free(world->history);
	g_clear_pointer(&world->rungs, g_ptr_array_unref);
	g_ptr_array_unref(world->who);
	g_ptr_array_unref(world->adds);
	g_array_unref(world->claims);
	g_free(world);
}

static const char *const weekdays[] = {"?", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

gint64 local(const char *text)
{
	if (!text)
		return INSTANT_NONE;
	const char *day = strlen(text) == strlen("Mon 2026-11-30 09:00") ? text + 4 : text;
	g_assert_cmpuint(strlen(day), ==, strlen("2026-11-30 09:00"));
	g_autofree char *date_text = g_strndup(day, 10);
	Date date;
	g_assert_true(date_parse(date_text, &date, NULL));
	if (day != text)
		g_assert_true(g_str_has_prefix(text, weekdays[date_weekday(date)]));
	int hours = g_ascii_digit_value(day[11]) * 10 + g_ascii_digit_value(day[12]);
	return zone_instant(zone_kept(HOME), date,
	                    hours * 3600 + (g_ascii_digit_value(day[14]) * 10 + g_ascii_digit_value(day[15])) * 60);
}

char *local_text(gint64 instant)
{
	if (instant == INSTANT_NONE)
		return g_strdup("never");
	Date date;
	int second;
	zone_local(zone_kept(HOME), instant, &date, &second);
	g_autofree char *day = date_format(date);
	return g_strdup_printf("%s %s %02d:%02d", weekdays[date_weekday(date)], day, second / 3600, second / 60 % 60);
}

static void fill_recipients(World *world)
{
	g_clear_pointer(&world->rungs, g_ptr_array_unref);
	world->rungs = g_ptr_array_new_with_free_func(free_recipients);
	for (guint i = 0; i < world->who->len; i++) {
		const char *who = world->who->pdata[i];
		RungRecipients *recipients = rung_recipients_new(strcmp(who, "?") != 0);
		g_ptr_array_add(world->rungs, recipients);
		g_auto(GStrv) names = g_strsplit(recipients->known ? who : "", " ", -1);
		for (guint j = 0; names[j]; j++) {
			gboolean copy = *names[j] == '+';
			const char *name = names[j] + copy;
			if (*name && strcmp(name, "ann"))
				rung_recipients_add(recipients, name, copy ? ROLE_CC : ROLE_TO,
				                    g_str_has_prefix(name, "ny") ? world->ny : world->nl);
		}
	}
	world->state.rungs = world->rungs;
}

/* One word for each reason, so that the tables stay readable. */
static const char *reason_word(const char *why)
{
	static const char *const words[][2] = {
		{WHY_MERGED, "merged"},       {WHY_MILDER, "milder"},      {WHY_LATE, "late"},         {WHY_INVITED, "invited"},
		{WHY_UNWANTED, "unwanted"},   {WHY_NO_RUNG, "gone"},       {WHY_NOBODY, "nobody"},     {WHY_BEFORE_START, "passed"},
		{WHY_BEFORE_RUNG, "older"},   {WHY_BEFORE_ASKED, "early"}, {WHY_OFF, "off"},           {WHY_ABSENT, "absent"},
	};
	for (guint i = 0; why && i < G_N_ELEMENTS(words); i++)
		if (!strcmp(why, words[i][0]))
			return words[i][1];
	return "?";
}

static char *reminder_words(const Reminder *reminder)
{
	g_autofree char *occurrence = reminder->occurrence ? g_strdup_printf(".%u", reminder->occurrence) : g_strdup("");
	g_autofree char *base =
		g_strdup_printf("%s %s%s%s", reminder->person, reminder->role == ROLE_CC ? "+" : "", reminder->rung, occurrence);
	g_autofree char *name = reminder->channel == SEND_MAIL ? g_strdup(base) : g_strjoin(" ", base, send_name(reminder->channel, reminder->hook), NULL);
	switch (reminder->state) {
	case REMINDER_PLANNED:
		return g_strdup_printf("(%s)", name);
	case REMINDER_CLAIMED:
		return reminder->channel == SEND_INVITE ? g_strdup(name)
		                                        : g_strdup_printf("%s %s", name, tone_name(reminder->tone));
	case REMINDER_SUPERSEDED:
	case REMINDER_PASSED:
		break;
	}
	return g_strdup_printf("-%s %s", name, reason_word(reminder->why));
}

static gboolean find_recorded(const World *world, const Reminder *like, guint *place)
{
	for (*place = 0; *place < world->recorded->len; (*place)++) {
		const Reminder *known = &g_array_index(world->recorded, Reminder, *place);
		if (known->occurrence == like->occurrence && known->channel == like->channel && known->hook == like->hook &&
		    !strcmp(known->rung, like->rung) && !strcmp(known->person, like->person))
			return TRUE;
	}
	return FALSE;
}

/* Whose mail starts the grace: ann, or who stands in for her. */
static gboolean is_warned(const World *world, const char *person)
{
	for (guint i = 0; i < world->asked->len; i++) {
		const Asked *asked = &g_array_index(world->asked, Asked, i);
		if ((i == 0 || asked->deputy) && !strcmp(asked->person, person))
			return TRUE;
	}
	return FALSE;
}

/* As the store does: a planned reminder is settled, once; anything else is new. */
void world_record(World *world, const Reminder *reminder, gint64 now)
{
	guint place;
	if (find_recorded(world, reminder, &place)) {
		g_assert_cmpint(g_array_index(world->recorded, Reminder, place).state, ==, REMINDER_PLANNED);
		g_assert_cmpint(reminder->state, !=, REMINDER_PLANNED);
		g_array_remove_index(world->recorded, place);
	}
	g_assert_true((reminder->state == REMINDER_SUPERSEDED || reminder->state == REMINDER_PASSED) == (reminder->why != NULL));
	g_assert_true((reminder->by != NULL) == (!g_strcmp0(reminder->why, WHY_MERGED) || !g_strcmp0(reminder->why, WHY_MILDER)));
	g_array_append_val(world->recorded, *reminder);
	remind_history_add(world->history, reminder);
	if (reminder->state != REMINDER_CLAIMED)
		return;
	WorldClaim claim = {now, *reminder};
	g_array_append_val(world->claims, claim);
	if (reminder->channel == SEND_MAIL && is_warned(world, reminder->person) && world->state.fair_from == INSTANT_NONE &&
	    !world->mail_down)
		world->state.fair_from = now;
}

void world_demand(World *world, const char *person, guint occurrence, const char *at)
{
	Reminder reminder = {
		.rung = g_intern_string(RUNG_MANUAL),
		.occurrence = occurrence,
		.person = g_intern_string(person),
		.channel = SEND_MAIL,
		.unrolled = local(at),
		.fires = local(at),
		.calendar = world->nl,
	};
	world_record(world, &reminder, local(at));
}

static void say(GString *said, const char *words)
{
	g_string_append_printf(said, "%s%s", said->len ? "; " : "", words);
}

static gboolean is_asked(const World *world, const char *person)
{
	for (guint i = 0; i < world->asked->len; i++)
		if (!strcmp(g_array_index(world->asked, Asked, i).person, person))
			return TRUE;
	return FALSE;
}

static const char *add_person(World *world, const RungAction *action)
{
	const char *person = world->adds->pdata[action->rung];
	if (!*person)
		return "-";
	if (is_asked(world, person))
		return "=";
	Asked asked = {
		.person = g_intern_string(person),
		.calendar = g_str_has_prefix(person, "ny") ? world->ny : world->nl,
		.since = action->unrolled,
		.rung = ((const Rung *)world->ladder->rungs->pdata[action->rung])->name,
		.occurrence = action->occurrence,
	};
	g_array_append_val(world->asked, asked);
	return person;
}

static void act(World *world, gint64 now, GString *said)
{
	g_autoptr(GArray) actions = remind_actions(&world->state, now);
	for (guint i = 0; i < actions->len; i++) {
		const RungAction *action = &g_array_index(actions, RungAction, i);
		const char *name = ((const Rung *)world->ladder->rungs->pdata[action->rung])->name;
		if (!g_strcmp0(world->adds->pdata[action->rung], "?"))
			continue;
		g_autofree char *occurrence = action->occurrence ? g_strdup_printf(".%u", action->occurrence) : g_strdup("");
		g_autofree char *words = g_strdup_printf("[%s %s%s]", add_person(world, action), name, occurrence);
		remind_history_acted(world->history, name, action->occurrence);
		say(said, words);
	}
}

char *world_pass(World *world, gint64 now)
{
	g_autoptr(GString) said = g_string_new(NULL);
	act(world, now, said);
	fill_recipients(world);
	g_autoptr(RemindPlan) plan = remind_decide(&world->state, now);
	for (guint i = 0; i < plan->reminders->len; i++) {
		g_autofree char *words = reminder_words(&g_array_index(plan->reminders, Reminder, i));
		say(said, words);
	}
	for (guint i = 0; i < plan->reminders->len; i++)
		world_record(world, &g_array_index(plan->reminders, Reminder, i), now);
	world->look_again = plan->look_again;
	world->idle = plan->idle;
	return g_strdup(said->str);
}

char *world_sent(const World *world)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < world->claims->len; i++) {
		const WorldClaim *claim = &g_array_index(world->claims, WorldClaim, i);
		g_autofree char *when = local_text(claim->at);
		g_autofree char *words = reminder_words(&claim->reminder);
		g_string_append_printf(text, "%s %s\n", when, words);
	}
	return g_strdup(text->str);
}
