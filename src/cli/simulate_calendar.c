/* Columns are fixed, so that days can be printed one after the other and still stand in line. */
#include "cli/simulate_calendar.h"

#include "base/instant.h"
#include "cli/support.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define LABEL_WIDTH 34
#define AMOUNT_WIDTH 16
#define KIND_WIDTH 17
#define TONE_WIDTH 11
#define RUNG_WIDTH 18
#define LISTED_INVOICES 8 /* of one mail, or of one kind of happening; the others are counted */
#define LISTED_PEOPLE 10
#define LISTED_TROUBLES 20

struct SimulateCalendar {
	const Rehearsing *rehearsing;
	const Zone *zone;
	Date day;         /* DATE_NONE: nothing told yet */
	GArray *told;     /* of Rehearsed: of that day */
	GHashTable *keys; /* Person -> where they stand in the alphabet, for strcmp() */
	gboolean any;
};

SimulateCalendar *simulate_calendar_new(const Rehearsing *rehearsing)
{
	SimulateCalendar *calendar = g_new0(SimulateCalendar, 1);
	calendar->rehearsing = rehearsing;
	calendar->zone = calendar_zone(rehearsing_calendar(rehearsing));
	calendar->day = DATE_NONE;
	calendar->told = g_array_new(FALSE, FALSE, sizeof(Rehearsed));
	calendar->keys = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	return calendar;
}

void simulate_calendar_free(SimulateCalendar *calendar)
{
	if (!calendar)
		return;
	g_array_unref(calendar->told);
	g_hash_table_unref(calendar->keys);
	g_free(calendar);
}

/* --- words --- */

/* "Tuesday 1 December 2026", as the reader's locale has it. */
static char *day_text(Date date)
{
	int year, month, day;
	date_get_ymd(date, &year, &month, &day);
	g_autoptr(GDateTime) time = g_date_time_new_utc(year, month, day, 0, 0, 0);
	/* the date at the head of a day; as for strftime() */
	return g_date_time_format(time, _("%A %-d %B %Y"));
}

static char *clock_text(const Zone *zone, gint64 instant)
{
	Date date;
	int second;
	zone_local(zone, instant, &date, &second);
	return second % 60 ? g_strdup_printf("%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60)
	                   : g_strdup_printf("%02d:%02d", second / 3600, second / 60 % 60);
}

static char *moment_text(const Zone *zone, gint64 instant)
{
	Date date;
	int second;
	zone_local(zone, instant, &date, &second);
	g_autofree char *day = day_text(date), *clock = clock_text(zone, instant);
	return g_strdup_printf("%s %s", day, clock);
}

static const char *name_of(const Person *person)
{
	return person->name ? person->name : person_label(person);
}

static const char *kind_text(const Rehearsed *reminder)
{
	switch (reminder->send) {
	case REHEARSED_MAIL:
		return _("mail");
	case REHEARSED_INVITE:
		return _("invite");
	case REHEARSED_INVITE_UPDATE:
		return _("invite moves");
	case REHEARSED_INVITE_CANCEL:
		return _("invite ends");
	case REHEARSED_HOOK:
		return reminder->hook;
	}
	g_return_val_if_reached("");
}

static const char *tone_text(Tone tone)
{
	const char *const tones[] = {[TONE_NEW] = _("new"), [TONE_FRIENDLY] = _("friendly"), [TONE_FIRM] = _("firm"), [TONE_ESCALATION] = _("escalation"), [TONE_FINAL] = _("final")};
	return tones[tone];
}

static const char *trouble_text(const char *why)
{
	static const struct {
		const char *why, *text;
	} known[] = {
		{"nobody", N_("nobody may decide")},
		{"no-heir", N_("a rung hands it on, and nobody is left who may take it")},
		{"too-few", N_("too few may decide")},
		{"no-rate", N_("a currency has no rate")},
		{"amount", N_("it has no amount")},
		{"no-chain", N_("no chain takes it")},
		{"no-rung", N_("no reminder is left")},
		{"overdue", N_("long past its deadline")},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
		if (!g_strcmp0(known[i].why, why))
			return _(known[i].text);
	return why ? why : "?";
}

/* Padded to the left. */
static char *right_column(const char *text, guint width)
{
	const glong length = g_utf8_strlen(text, -1);
	return g_strdup_printf("%*s%s", (int)MAX((glong)width - length, 0), "", text);
}

static char *amount_text(const Rehearsing *rehearsing, const char *label)
{
	Money amount;
	const InvoiceFacts *facts = rehearsing_facts(rehearsing, label);
	return facts && invoice_facts_amount(facts, &amount, NULL) ? money_format(amount) : g_strdup("");
}

/* --- a day --- */

/* Kept, since a day may hold thousands of reminders to a few people. */
static const char *key_of(GHashTable *keys, const Person *person)
{
	if (!person)
		return "";
	char *key = g_hash_table_lookup(keys, person);
	if (!key) {
		g_autofree char *name = g_utf8_collate_key(name_of(person), -1);
		key = g_strconcat(name, "\n", person->directory_id, NULL);
		g_hash_table_insert(keys, (gpointer)person, key);
	}
	return key;
}

static gint compare_told(gconstpointer a, gconstpointer b, gpointer keys)
{
	const Rehearsed *first = a, *second = b;
	const int order = first->person == second->person ? 0 : strcmp(key_of(keys, first->person), key_of(keys, second->person));
	if (order)
		return order;
	if (first->at != second->at)
		return first->at < second->at ? -1 : 1;
	if (first->kind != second->kind)
		return first->kind < second->kind ? -1 : 1;
	return first->message < second->message ? -1 : first->message > second->message;
}

/* "opened", "daily 3", "manager (cc)". */
static char *rung_text(const Rehearsed *reminder)
{
	g_autofree char *number = reminder->occurrence ? g_strdup_printf(" %u", reminder->occurrence + 1) : g_strdup("");
	return g_strdup_printf("%s%s%s", reminder->rung ? reminder->rung : "", number, reminder->role == ROLE_CC ? " (cc)" : "");
}

static void print_reminder(const SimulateCalendar *calendar, const Rehearsed *reminder, const char *clock, const char *kind)
{
	g_autofree char *tone = cli_column(reminder->send == REHEARSED_MAIL || reminder->send == REHEARSED_HOOK ? tone_text(reminder->tone) : "", TONE_WIDTH);
	g_autofree char *why = rung_text(reminder), *rung = cli_column(why, RUNG_WIDTH), *invoice = cli_column(reminder->invoice, LABEL_WIDTH);
	g_autofree char *amount = amount_text(calendar->rehearsing, reminder->invoice), *fitted = right_column(amount, AMOUNT_WIDTH);
	g_autofree char *when = cli_column(clock, 5), *what = cli_column(kind, KIND_WIDTH);
	const gboolean own = reminder->approver && reminder->person && !g_strcmp0(reminder->approver->directory_id, reminder->person->directory_id);
	cli_say("    %s  %s %s %s %s %s%s%s", when, what, tone, rung, invoice, fitted, own || !reminder->approver ? "" : "  ", own || !reminder->approver ? "" : name_of(reminder->approver));
}

static guint listed_of(guint count)
{
	return count > LISTED_INVOICES + 1 ? LISTED_INVOICES : count;
}

static void print_rest(guint count)
{
	if (count)
		cli_say(ngettext("           … and %u more", "           … and %u more", count), count);
}

/* The reminders from `first` on that travel in one message; returns how many. */
static guint print_message(const SimulateCalendar *calendar, const GArray *told, guint first)
{
	const Rehearsed *reminder = &g_array_index(told, Rehearsed, first);
	guint count = 1;
	while (first + count < told->len && g_array_index(told, Rehearsed, first + count).message == reminder->message)
		count++;
	g_autofree char *clock = clock_text(calendar->zone, reminder->at);
	g_autofree char *kind = count > 1 ? g_strdup_printf("%s (%u)", kind_text(reminder), count) : g_strdup(kind_text(reminder));
	const guint listed = listed_of(count);
	for (guint i = 0; i < listed; i++)
		print_reminder(calendar, reminder + i, i ? "" : clock, i ? "" : kind);
	print_rest(count - listed);
	return count;
}

/* What happens beside the mails; NULL where it is of no interest here. */
static char *event_text(const Rehearsed *rehearsed)
{
	const char *name = rehearsed->approver ? name_of(rehearsed->approver) : "?", *invoice = rehearsed->invoice, *rung = rehearsed->rung ? rehearsed->rung : "";
	switch (rehearsed->kind) {
	case REHEARSED_ADDED:
		return g_strdup_printf(_("is asked beside %s (%s): %s"), name, rung, invoice);
	case REHEARSED_DEPUTY:
		return g_strdup_printf(_("stands in for %s: %s"), name, invoice);
	case REHEARSED_REASSIGNED:
		return g_strdup_printf(_("takes over from %s (%s): %s"), name, rung, invoice);
	case REHEARSED_STUCK:
		return g_strdup_printf(_("stuck: %s: %s"), invoice, trouble_text(rehearsed->why));
	case REHEARSED_IDLE:
		return g_strdup_printf(_("nobody moves: %s: %s"), invoice, trouble_text(rehearsed->why));
	case REHEARSED_DECIDED:
		return g_strdup_printf(!g_strcmp0(rehearsed->why, "reject") ? _("rejects %s") : _("approves %s"), invoice);
	case REHEARSED_CLOSED:
		return g_strdup_printf(!g_strcmp0(rehearsed->why, "rejected") ? _("%s is rejected") : _("%s is approved"), invoice);
	case REHEARSED_OPENED:
	case REHEARSED_LEFT:
	case REHEARSED_LAPSED:
	case REHEARSED_REMINDER:
		break;
	}
	return NULL;
}

static void print_person(const Person *person)
{
	if (person)
		cli_say("  %s%s%s%s", name_of(person), person->mail ? " <" : "", person->mail ? person->mail : "", person->mail ? ">" : "");
}

static gboolean is_same_person(const Person *a, const Person *b)
{
	return a == b || (a && b && !g_strcmp0(a->directory_id, b->directory_id));
}

/* What happens from `first` on to one person at one time; returns how many. */
static guint print_events(const SimulateCalendar *calendar, const GArray *told, guint first)
{
	const Rehearsed *event = &g_array_index(told, Rehearsed, first);
	guint count = 1;
	for (; first + count < told->len; count++) {
		const Rehearsed *next = event + count;
		if (next->kind != event->kind || next->at != event->at || !is_same_person(next->person, event->person))
			break;
	}
	const guint listed = listed_of(count);
	g_autofree char *clock = clock_text(calendar->zone, event->at);
	for (guint i = 0; i < listed; i++) {
		g_autofree char *text = event_text(event + i);
		cli_say("    %s  %s", clock, text);
	}
	print_rest(count - listed);
	return count;
}

static void print_day(SimulateCalendar *calendar)
{
	const GArray *told = calendar->told;
	g_autofree char *day = day_text(calendar->day);
	cli_say("%s%s", calendar->any ? "\n" : "", day);
	calendar->any = TRUE;
	g_array_sort_with_data(calendar->told, compare_told, calendar->keys);
	const Person *last = NULL;
	for (guint i = 0; i < told->len;) {
		const Person *person = g_array_index(told, Rehearsed, i).person;
		if (i == 0 || !is_same_person(person, last))
			print_person(person);
		last = person;
		i += g_array_index(told, Rehearsed, i).kind == REHEARSED_REMINDER ? print_message(calendar, told, i) : print_events(calendar, told, i);
	}
	g_array_set_size(calendar->told, 0);
}

void simulate_calendar_take(SimulateCalendar *calendar, const Rehearsed *rehearsed)
{
	g_autofree char *text = rehearsed->kind == REHEARSED_REMINDER ? NULL : event_text(rehearsed);
	if (rehearsed->kind != REHEARSED_REMINDER && !text)
		return;
	Date day;
	int second;
	zone_local(calendar->zone, rehearsed->at, &day, &second);
	if (calendar->told->len && day.day != calendar->day.day)
		print_day(calendar);
	calendar->day = day;
	const Rehearsed kept = foretold_keep(rehearsed);
	g_array_append_val(calendar->told, kept);
}

void simulate_calendar_end(SimulateCalendar *calendar)
{
	if (calendar->told->len)
		print_day(calendar);
	if (calendar->any)
		cli_say("%s", "");
}

/* --- what it comes to --- */

/* ", 3 invites" where there are any. */
static void add_count(GString *text, guint count, const char *counted)
{
	if (count)
		g_string_append_printf(text, "%s%s", text->len ? ", " : "", counted);
}

static char *messages_text(const ForetoldTotals *totals)
{
	g_autofree char *mails = g_strdup_printf(ngettext("%u mail", "%u mails", totals->mails), totals->mails);
	g_autofree char *invites = g_strdup_printf(ngettext("%u invite", "%u invites", totals->invites), totals->invites);
	g_autofree char *updates = g_strdup_printf(ngettext("%u invite that moves", "%u invites that move", totals->updates), totals->updates);
	g_autofree char *cancels = g_strdup_printf(ngettext("%u invite that ends", "%u invites that end", totals->cancels), totals->cancels);
	g_autofree char *calls = g_strdup_printf(ngettext("%u call of a channel", "%u calls of channels", totals->calls), totals->calls);
	GString *text = g_string_new(NULL);
	add_count(text, 1, mails);
	add_count(text, totals->calls, calls);
	add_count(text, totals->invites, invites);
	add_count(text, totals->updates, updates);
	add_count(text, totals->cancels, cancels);
	return g_string_free(text, FALSE);
}

static void print_escalations(const ForetoldTotals *totals)
{
	if (totals->escalations)
		cli_say(ngettext("%u of the mails escalates.", "%u of the mails escalate.", totals->escalations), totals->escalations);
	if (totals->added)
		cli_say(ngettext("%u time somebody is asked beside an approver.", "%u times somebody is asked beside an approver.", totals->added), totals->added);
	if (totals->deputies)
		cli_say(ngettext("%u time somebody stands in for an approver who is absent.", "%u times somebody stands in for an approver who is absent.", totals->deputies),
		        totals->deputies);
	if (totals->reassigned)
		cli_say(ngettext("%u approval goes to somebody else.", "%u approvals go to somebody else.", totals->reassigned), totals->reassigned);
}

static void print_shares(const ForetoldTotals *totals)
{
	g_autoptr(GPtrArray) shares = foretold_totals_shares(totals);
	if (shares->len)
		cli_say("%s", _("Who gets most:"));
	for (guint i = 0; i < MIN(shares->len, LISTED_PEOPLE); i++) {
		const ForetoldShare *share = shares->pdata[i];
		g_autofree char *name = cli_column(name_of(share->person), LABEL_WIDTH);
		g_autofree char *mails = g_strdup_printf(ngettext("%u mail", "%u mails", share->mails), share->mails);
		g_autofree char *invites = g_strdup_printf(ngettext("%u invite", "%u invites", share->invites), share->invites);
		cli_say("  %s %s%s%s", name, share->mails ? mails : "", share->mails && share->invites ? ", " : "", share->invites ? invites : "");
	}
	if (shares->len > LISTED_PEOPLE)
		cli_say(ngettext("  … and %u person more", "  … and %u people more", shares->len - LISTED_PEOPLE), shares->len - LISTED_PEOPLE);
}

static void print_trouble(const Rehearsing *rehearsing, const ForetoldTrouble *trouble)
{
	g_autofree char *when = moment_text(calendar_zone(rehearsing_calendar(rehearsing)), trouble->at);
	cli_say("  %s%s%s%s: %s (%s)", trouble->invoice, trouble->stage ? " (" : "", trouble->stage ? trouble->stage : "", trouble->stage ? ")" : "", trouble_text(trouble->why), when);
}

static void print_more(guint count)
{
	if (count > LISTED_TROUBLES)
		cli_say(ngettext("  … and %u more", "  … and %u more", count - LISTED_TROUBLES), count - LISTED_TROUBLES);
}

static void print_troubles(const Rehearsing *rehearsing, const ForetoldTotals *totals)
{
	g_autoptr(GPtrArray) stuck = foretold_totals_stuck(totals);
	if (stuck->len)
		cli_say(ngettext("%u invoice is stuck:", "%u invoices are stuck:", stuck->len), stuck->len);
	for (guint i = 0; i < MIN(stuck->len, LISTED_TROUBLES); i++)
		print_trouble(rehearsing, stuck->pdata[i]);
	print_more(stuck->len);
	if (totals->idle->len)
		cli_say(ngettext("%u approval waits and nobody moves:", "%u approvals wait and nobody moves:", totals->idle->len), totals->idle->len);
	for (guint i = 0; i < MIN(totals->idle->len, LISTED_TROUBLES); i++)
		print_trouble(rehearsing, &g_array_index(totals->idle, ForetoldTrouble, i));
	print_more(totals->idle->len);
}

void simulate_print_totals(const Rehearsing *rehearsing, const ForetoldTotals *totals)
{
	const Zone *zone = calendar_zone(rehearsing_calendar(rehearsing));
	g_autofree char *from = moment_text(zone, rehearsing_from(rehearsing)), *until = moment_text(zone, rehearsing_until(rehearsing));
	g_autofree char *messages = messages_text(totals);
	const guint n_invoices = rehearsing_invoices(rehearsing), n_people = g_hash_table_size(totals->shares);
	g_autofree char *invoices = g_strdup_printf(ngettext("%u invoice", "%u invoices", n_invoices), n_invoices);
	g_autofree char *people = g_strdup_printf(ngettext("%u person", "%u people", n_people), n_people);
	/* from when, to when, time zone, how many invoices, which messages, how many people */
	cli_say(_("From %s to %s (%s), for %s: %s, to %s."), from, until, zone_name(zone), invoices, messages, people);
	print_escalations(totals);
	if (totals->approved || totals->rejected)
		cli_say(_("Of the invoices %u end approved and %u rejected."), totals->approved, totals->rejected);
	print_shares(totals);
	print_troubles(rehearsing, totals);
}

/* --- what another policy changes --- */

typedef struct {
	const char *id;
	const Person *person;
	guint before, after;
} PersonChange;

static guint mails_of(const ForetoldTotals *totals, const char *id)
{
	const ForetoldShare *share = g_hash_table_lookup(totals->shares, id);
	return share ? share->mails : 0;
}

static void collect_people(const ForetoldTotals *totals, const ForetoldTotals *but, const ForetoldTotals *before, const ForetoldTotals *after, GArray *changes)
{
	g_autoptr(GPtrArray) shares = foretold_totals_shares(totals);
	for (guint i = 0; i < shares->len; i++) {
		const ForetoldShare *share = shares->pdata[i];
		const PersonChange change = {share->id, share->person, mails_of(before, share->id), mails_of(after, share->id)};
		if ((!but || !g_hash_table_contains(but->shares, share->id)) && change.before != change.after)
			g_array_append_val(changes, change);
	}
}

static gint compare_people(gconstpointer a, gconstpointer b)
{
	const PersonChange *first = a, *second = b;
	const guint one = (guint)ABS((int)first->after - (int)first->before), other = (guint)ABS((int)second->after - (int)second->before);
	if (one != other)
		return one > other ? -1 : 1;
	return strcmp(person_label(first->person), person_label(second->person));
}

static void print_person_change(const PersonChange *change)
{
	g_autofree char *name = cli_column(name_of(change->person), LABEL_WIDTH);
	const char *note = !change->before ? _("  hears of it, and did not") : !change->after ? _("  hears of it no more") : "";
	cli_say(_("  %s %u → %u mails (%+d)%s"), name, change->before, change->after, (int)change->after - (int)change->before, note);
}

static void print_people_changes(const ForetoldTotals *before, const ForetoldTotals *after)
{
	g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(PersonChange));
	collect_people(before, NULL, before, after, changes);
	collect_people(after, before, before, after, changes);
	g_array_sort(changes, compare_people);
	for (guint i = 0; i < changes->len; i++)
		print_person_change(&g_array_index(changes, PersonChange, i));
}

/* "3 h", "2 d 4 h". */
static char *length_text(gint64 seconds)
{
	const gint64 minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
	if (days)
		return g_strdup_printf(_("%" PRId64 " d %" PRId64 " h"), days, hours % 24);
	return hours ? g_strdup_printf(_("%" PRId64 " h %" PRId64 " min"), hours, minutes % 60) : g_strdup_printf(_("%" PRId64 " min"), minutes);
}

static void print_moves(GString *text, const ForetoldRungChange *rung)
{
	g_autofree char *earlier = length_text(rung->most_earlier), *later = length_text(rung->most_later);
	if (rung->earlier)
		g_string_append_printf(text, _(", %u earlier (up to %s)"), rung->earlier, earlier);
	if (rung->later)
		g_string_append_printf(text, _(", %u later (up to %s)"), rung->later, later);
}

static void print_rung_change(const ForetoldRungChange *rung)
{
	g_autofree char *name = cli_column(*rung->rung ? rung->rung : _("(invites)"), RUNG_WIDTH);
	g_autoptr(GString) text = g_string_new(NULL);
	if (rung->more)
		g_string_append_printf(text, _(", %u more"), rung->more);
	if (rung->fewer)
		g_string_append_printf(text, _(", %u fewer"), rung->fewer);
	print_moves(text, rung);
	cli_say("  %s %s", name, text->str + strlen(", "));
}

void simulate_print_changes(const ForetoldTotals *before, const ForetoldTotals *after, const GArray *changes)
{
	g_autofree char *old = messages_text(before), *new = messages_text(after);
	cli_say("%s", "");
	if (!changes->len) {
		cli_say("%s", _("Compared with the policy in force: nothing changes."));
		return;
	}
	cli_say(_("Compared with the policy in force, by which it would be %s (now %s):"), old, new);
	print_people_changes(before, after);
	g_autoptr(GArray) rungs = foretold_by_rung(changes);
	cli_say("%s", _("Reminders, rung by rung:"));
	for (guint i = 0; i < rungs->len; i++)
		print_rung_change(&g_array_index(rungs, ForetoldRungChange, i));
}
