/* Occurrences are nearly always handled in their order, so a set of them is how far it reaches without a gap, and the few beyond. Rungs
 * and people are a handful each and looked for one by one. */
#include "domain/remind_history.h"

#include <string.h>

typedef struct {
	guint below;    /* all before this are in it */
	GArray *beyond; /* of guint; NULL = none */
} Occurrences;

typedef struct {
	const char *rung;
	Occurrences touched, acted;
} RungPast;

typedef struct {
	const char *rung;
	Occurrences reached;
} RungReached;

typedef struct {
	gboolean any;
	Tone highest;
} Told;

/* What went by mail, or over one channel. */
typedef struct {
	const char *hook;  /* NULL: by mail */
	Told told, before; /* `before` the last claim */
	Reminder last;     /* that claim, where told.any */
} Written;

typedef struct {
	const char *person;
	GArray *written; /* of Written */
	Invited invited;
	GArray *rungs; /* of RungReached */
} PersonPast;

struct RemindHistory {
	GArray *rungs;   /* of RungPast */
	GArray *people;  /* of PersonPast */
	GArray *planned; /* of Reminder */
	GArray *worked_out; /* of WorkedOut: two a place */
	gboolean invites_began;
};

static gboolean is_same(const char *a, const char *b)
{
	return a == b || (*a == *b && !strcmp(a, b)); /* mostly they differ, and from the first on */
}

static gboolean has_beyond(const Occurrences *set, guint occurrence, guint *place)
{
	for (*place = 0; set->beyond && *place < set->beyond->len; (*place)++)
		if (g_array_index(set->beyond, guint, *place) == occurrence)
			return TRUE;
	return FALSE;
}

static gboolean occurrences_have(const Occurrences *set, guint occurrence)
{
	guint place;
	return occurrence < set->below || has_beyond(set, occurrence, &place);
}

static void occurrences_add(Occurrences *set, guint occurrence)
{
	guint place;
	if (occurrences_have(set, occurrence))
		return;
	if (occurrence != set->below) {
		if (!set->beyond)
			set->beyond = g_array_new(FALSE, FALSE, sizeof(guint));
		g_array_append_val(set->beyond, occurrence);
		return;
	}
	set->below++;
	while (has_beyond(set, set->below, &place)) {
		g_array_remove_index_fast(set->beyond, place);
		set->below++;
	}
}

static void occurrences_clear(Occurrences *set)
{
	g_clear_pointer(&set->beyond, g_array_unref);
}

static void rung_past_clear(gpointer data)
{
	RungPast *past = data;
	occurrences_clear(&past->touched);
	occurrences_clear(&past->acted);
}

static void rung_reached_clear(gpointer data)
{
	occurrences_clear(&((RungReached *)data)->reached);
}

static void person_past_clear(gpointer data)
{
	g_array_unref(((PersonPast *)data)->rungs);
	g_array_unref(((PersonPast *)data)->written);
}

RemindHistory *remind_history_new(void)
{
	RemindHistory *history = g_new0(RemindHistory, 1);
	history->rungs = g_array_new(FALSE, TRUE, sizeof(RungPast));
	g_array_set_clear_func(history->rungs, rung_past_clear);
	history->people = g_array_new(FALSE, TRUE, sizeof(PersonPast));
	g_array_set_clear_func(history->people, person_past_clear);
	history->planned = g_array_new(FALSE, FALSE, sizeof(Reminder));
	history->worked_out = g_array_new(FALSE, TRUE, sizeof(WorkedOut));
	return history;
}

void remind_history_free(RemindHistory *history)
{
	if (!history)
		return;
	g_array_unref(history->rungs);
	g_array_unref(history->people);
	g_array_unref(history->planned);
	g_array_unref(history->worked_out);
	g_free(history);
}

/* --- looking --- */

static RungPast *find_rung(const RemindHistory *history, const char *rung)
{
	for (guint i = 0; i < history->rungs->len; i++) {
		RungPast *past = &g_array_index(history->rungs, RungPast, i);
		if (is_same(past->rung, rung))
			return past;
	}
	return NULL;
}

static PersonPast *find_person(const RemindHistory *history, const char *person)
{
	for (guint i = 0; i < history->people->len; i++) {
		PersonPast *past = &g_array_index(history->people, PersonPast, i);
		if (is_same(past->person, person))
			return past;
	}
	return NULL;
}

static RungReached *find_reached(const PersonPast *person, const char *rung)
{
	for (guint i = 0; person && i < person->rungs->len; i++) {
		RungReached *reached = &g_array_index(person->rungs, RungReached, i);
		if (is_same(reached->rung, rung))
			return reached;
	}
	return NULL;
}

const GArray *remind_history_planned(const RemindHistory *history)
{
	return history->planned;
}

gboolean remind_history_touched(const RemindHistory *history, const char *rung, guint occurrence)
{
	const RungPast *past = find_rung(history, rung);
	return past && occurrences_have(&past->touched, occurrence);
}

guint remind_history_first_untouched(const RemindHistory *history, const char *rung)
{
	const RungPast *past = find_rung(history, rung);
	return past ? past->touched.below : 0;
}

gboolean remind_history_reached(const RemindHistory *history, const char *person, const char *rung, guint occurrence)
{
	const RungReached *reached = find_reached(find_person(history, person), rung);
	return reached && occurrences_have(&reached->reached, occurrence);
}

guint remind_history_first_unreached(const RemindHistory *history, const char *person, const char *rung)
{
	const RungReached *reached = find_reached(find_person(history, person), rung);
	return reached ? reached->reached.below : 0;
}

gboolean remind_history_has_acted(const RemindHistory *history, const char *rung, guint occurrence)
{
	const RungPast *past = find_rung(history, rung);
	return past && occurrences_have(&past->acted, occurrence);
}

guint remind_history_first_unacted(const RemindHistory *history, const char *rung)
{
	const RungPast *past = find_rung(history, rung);
	return past ? past->acted.below : 0;
}

gboolean remind_history_tone(const RemindHistory *history, const char *person, Tone *tone)
{
	const PersonPast *past = find_person(history, person);
	gboolean any = FALSE;
	for (guint i = 0; past && i < past->written->len; i++) {
		const Told *told = &g_array_index(past->written, Written, i).told;
		if (told->any)
			*tone = any ? MAX(*tone, told->highest) : told->highest;
		any |= told->any;
	}
	return any;
}

Invited remind_history_invited(const RemindHistory *history, const char *person)
{
	const PersonPast *past = find_person(history, person);
	return past ? past->invited : INVITED_NOT;
}

gboolean remind_history_invites_began(const RemindHistory *history)
{
	return history->invites_began;
}

WorkedOut *remind_history_worked_out(const RemindHistory *history, guint place, guint occurrence)
{
	guint index = 2 * place + occurrence % 2;
	if (history->worked_out->len <= index)
		g_array_set_size(history->worked_out, index + 1);
	return &g_array_index(history->worked_out, WorkedOut, index);
}

/* --- taking note --- */

static RungPast *need_rung(RemindHistory *history, const char *rung)
{
	RungPast *known = find_rung(history, rung);
	if (known)
		return known;
	g_array_set_size(history->rungs, history->rungs->len + 1);
	RungPast *past = &g_array_index(history->rungs, RungPast, history->rungs->len - 1);
	past->rung = g_intern_string(rung);
	return past;
}

static PersonPast *need_person(RemindHistory *history, const char *person)
{
	PersonPast *known = find_person(history, person);
	if (known)
		return known;
	g_array_set_size(history->people, history->people->len + 1);
	PersonPast *past = &g_array_index(history->people, PersonPast, history->people->len - 1);
	past->person = g_intern_string(person);
	past->written = g_array_new(FALSE, TRUE, sizeof(Written));
	past->rungs = g_array_new(FALSE, TRUE, sizeof(RungReached));
	g_array_set_clear_func(past->rungs, rung_reached_clear);
	return past;
}

static RungReached *need_reached(PersonPast *person, const char *rung)
{
	RungReached *known = find_reached(person, rung);
	if (known)
		return known;
	g_array_set_size(person->rungs, person->rungs->len + 1);
	RungReached *reached = &g_array_index(person->rungs, RungReached, person->rungs->len - 1);
	reached->rung = g_intern_string(rung);
	return reached;
}

static gboolean is_same_reminder(const Reminder *a, const Reminder *b)
{
	return a->occurrence == b->occurrence && a->channel == b->channel && a->hook == b->hook && is_same(a->rung, b->rung) && is_same(a->person, b->person);
}

static void forget_planned(RemindHistory *history, const Reminder *settled)
{
	for (guint i = 0; i < history->planned->len; i++)
		if (is_same_reminder(&g_array_index(history->planned, Reminder, i), settled)) {
			g_array_remove_index(history->planned, i);
			return;
		}
}

static Written *need_written(PersonPast *person, const char *hook)
{
	for (guint i = 0; i < person->written->len; i++) {
		Written *known = &g_array_index(person->written, Written, i);
		if (known->hook == hook)
			return known;
	}
	g_array_set_size(person->written, person->written->len + 1);
	Written *written = &g_array_index(person->written, Written, person->written->len - 1);
	written->hook = hook;
	return written;
}

static void note_written(PersonPast *person, const Reminder *reminder)
{
	Written *written = need_written(person, reminder->hook);
	if (reminder->state == REMINDER_CLAIMED) {
		written->before = written->told;
		written->told.highest = written->before.any ? MAX(written->before.highest, reminder->tone) : reminder->tone;
		written->told.any = TRUE;
		written->last = *reminder;
	} else if (written->told.any && is_same_reminder(&written->last, reminder)) {
		written->told = written->before;
	}
}

static void note_invite(RemindHistory *history, PersonPast *person, const Reminder *reminder)
{
	person->invited = MAX(person->invited, reminder->state == REMINDER_CLAIMED ? INVITED_SENT : INVITED_RECORDED);
	history->invites_began |= reminder->state == REMINDER_CLAIMED || reminder->state == REMINDER_SUPERSEDED;
}

void remind_history_add(RemindHistory *history, const Reminder *reminder)
{
	PersonPast *person = need_person(history, reminder->person);
	occurrences_add(&need_rung(history, reminder->rung)->touched, reminder->occurrence);
	occurrences_add(&need_reached(person, reminder->rung)->reached, reminder->occurrence);
	forget_planned(history, reminder);
	if (reminder->state == REMINDER_PLANNED)
		g_array_append_val(history->planned, *reminder);
	if (reminder->channel == SEND_INVITE)
		note_invite(history, person, reminder);
	else
		note_written(person, reminder);
}

void remind_history_acted(RemindHistory *history, const char *rung, guint occurrence)
{
	occurrences_add(&need_rung(history, rung)->acted, occurrence);
}
