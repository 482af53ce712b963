/* What holds of every rehearsal: of random ladders, people, absences, invoices and decisions over a year. */
#include "rehearsal_fixture.h"

#include "domain/rung.h"

#include <string.h>

#define ROUNDS    12
#define INVOICES  25
#define YEAR_FROM "2026-11-30 00:00"
#define YEAR_TO   "2027-11-30 00:00"

/* --- a random world --- */

/* In rising tones, as ladders are. */
static const char *const rungs[] = {
	"{ name = \"opened\"; at = \"start\"; send = [ \"mail\", \"invite\" ]; tone = \"new\"; }",
	"{ name = \"early\"; at = \"received+2h\"; tone = \"friendly\"; }",
	"{ name = \"nudge\"; at = \"start+1bd\"; tone = \"friendly\"; }",
	"{ name = \"soon\"; at = \"start+9bh\"; tone = \"friendly\"; urgent = true; }",
	"{ name = \"often\"; at = \"start+2bd\"; every = \"2bd\"; times = 4; tone = \"friendly\"; }",
	"{ name = \"pressing\"; at = \"deadline-4bh\"; tone = \"firm\"; }",
	"{ name = \"copied\"; at = \"deadline-1bd\"; tone = \"firm\"; cc = \"manager(approver)\"; }",
	"{ name = \"alarm\"; at = \"deadline\"; tone = \"escalation\"; anytime = true; }",
	"{ name = \"manager\"; at = \"deadline\"; tone = \"escalation\"; to = \"approver\"; cc = \"manager(approver)\"; }",
	"{ name = \"others\"; at = \"deadline+1bd\"; tone = \"escalation\"; to = \"group(finance)\"; }",
	"{ name = \"widen\"; at = \"deadline+2bd\"; tone = \"escalation\"; add = \"manager(approver)\"; to = [ \"approver\", \"manager(approver)\" ]; }",
	"{ name = \"take\"; at = \"deadline+12bd\"; tone = \"final\"; reassign = \"manager(approver)\"; }",
	"{ name = \"daily\"; at = \"deadline+3bd\"; every = \"1bd\"; times = 20; tone = \"final\"; to = [ \"approver\", \"manager(approver)\" ]; cc = \"group(finance)\"; }",
};

static gboolean is_plain(const char *rung)
{
	return !strstr(rung, "anytime") && !strstr(rung, "reassign");
}

/* `plain`: no rung takes any time or hands the approval on, and what is milder comes before what is not. */
static char *random_policy(gboolean plain)
{
	GString *ladder = g_string_new(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rungs); i++)
		if (!ladder->len || (g_test_rand_int_range(0, 10) < 6 && (!plain || is_plain(rungs[i]))))
			g_string_append_printf(ladder, "%s%s", ladder->len ? ", " : "", rungs[i]);
	g_autofree char *text = g_string_free(ladder, FALSE);
	return g_strdup_printf("max_per_day = 100; invites = \"%s\";\n" CALENDARS "ladders = { standard = ( %s ); };\n"
	                       "chains = ( { name = \"rest\"; stages = ( { name = \"budget\"; approvers = \"lookup(budget_holder)\"; within = \"%dbd\"; before = [ \"due-1bd\" ]; "
	                       "ladder = \"standard\"; fallback = \"group(finance)\"; }, { name = \"controller\"; approvers = \"group(controllers)\"; distinct = true; "
	                       "within = \"12bd\"; ladder = \"standard\"; } ); } );",
	                       g_test_rand_bit() ? "day" : "approval", text, plain ? 12 : g_test_rand_int_range(1, 8));
}

/* `plain`: nobody is ever away or far. */
static Company *company(gboolean plain)
{
	return COMPANY({.uid = "ann", .manager = "boss", .centres = "4100", .absent = plain ? NULL : "2026-12-08 2026-12-22 bob"},
	               {.uid = "bob", .manager = "boss", .centres = "4200"},
	               {.uid = "pep", .manager = "boss", .centres = "4300", .country = "ES", .absent = plain ? NULL : "2027-01-05 2027-02-05"},
	               {.uid = "sam", .manager = "ceo", .centres = "4400 4100", .country = plain ? "ES" : "US", .groups = "controllers"},
	               {.uid = "boss", .manager = "ceo", .country = plain ? "ES" : "US"}, {.uid = "ceo"}, {.uid = "fin", .groups = "finance"},
	               {.uid = "con", .groups = "controllers"});
}

/* Ten in the morning of a day of the first nine months. */
static char *random_morning(void)
{
	Date date = date_add_days(date_from_ymd(2026, 11, 30), g_test_rand_int_range(0, 270));
	g_autofree char *day = date_format(date);
	return g_strconcat(day, " 10:00", NULL);
}

typedef struct {
	Trial *trial;
	GPtrArray *texts; /* of char *: what must live as long */
	guint32 seed;     /* of the decisions */
	gboolean plain;
} World;

static gint64 morning_after(gint64 instant, int days)
{
	static Zone *zone;
	Date date;
	int second;
	if (!zone)
		zone = zone_new("Europe/Amsterdam", NULL);
	zone_local(zone, instant, &date, &second);
	return zone_instant(zone, date_add_days(date, days), 10 * 3600);
}

/* Some days after the invoice came, whenever they were asked; not where that is over, and where `plain` not who was added, which is when a pass is made. */
static gboolean decides(const RehearsedQuestion *question, RehearsedAnswer *answer, gpointer user_data)
{
	const World *world = user_data;
	g_autofree char *text = g_strdup_printf("%u %s %s %s", world->seed, question->invoice, question->stage, question->person->uid);
	guint luck = g_str_hash(text);
	for (guint i = 0; i < world->trial->invoices->len; i++) {
		const RehearsedInvoice *invoice = world->trial->invoices->pdata[i];
		if (!strcmp(invoice->label, question->invoice))
			answer->at = morning_after(invoice->received, 1 + (int)(luck / 7 % 40));
	}
	answer->reject = luck % 50 == 0;
	return luck % 3 == 0 && answer->at >= question->since && (!world->plain || question->person == question->approver);
}

/* Where `plain` there is nothing that seldom passes change beyond merging: at ten in the morning, Amsterdam's, nobody works in New York; who is away is at the instant of the pass; a mail at any time goes before
 * what came first, and may be the first in its stead, in the first tone, so that milder ones may follow; and an approval that is handed on begins anew when the pass
 * is made. */
static World *world_new(gboolean plain)
{
	World *world = g_new0(World, 1);
	world->plain = plain;
	g_autofree char *policy = random_policy(plain);
	world->texts = g_ptr_array_new_with_free_func(g_free);
	world->trial = trial_new(company(plain), policy);
	world->trial->terms.decides = decides;
	world->trial->terms.user_data = world;
	world->seed = (guint32)g_test_rand_int();
	for (guint i = 0; i < INVOICES; i++) {
		char *label = g_strdup_printf("S/%u", i);
		g_autofree char *received = random_morning();
		g_ptr_array_add(world->texts, label);
		RehearsedInvoice *invoice = trial_invoice(world->trial, label, received, !plain && g_test_rand_bit() ? "2027-03-01" : NULL);
		InvoiceFacts *facts = trial_facts(world->trial, invoice);
		g_free(facts->cost_references->pdata[0]);
		facts->cost_references->pdata[0] = g_strdup_printf("4%d00", g_test_rand_int_range(1, 5));
	}
	return world;
}

static void world_free(World *world)
{
	trial_free(world->trial);
	g_ptr_array_unref(world->texts);
	g_free(world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* --- what was told, to look at --- */

typedef struct {
	gint64 at;
	RehearsedKind kind;
	char *invoice, *stage, *approver, *person, *rung;
	guint occurrence, message;
	RehearsedSend send;
	Tone tone;
	const Calendar *calendar;
} Told;

static void told_clear(gpointer data)
{
	Told *told = data;
	g_free(told->invoice);
	g_free(told->stage);
	g_free(told->approver);
	g_free(told->person);
	g_free(told->rung);
}

static void keep(const Rehearsed *rehearsed, gpointer user_data)
{
	const Told told = {
		.at = rehearsed->at,
		.kind = rehearsed->kind,
		.invoice = g_strdup(rehearsed->invoice),
		.stage = g_strdup(rehearsed->stage),
		.approver = g_strdup(rehearsed->approver ? rehearsed->approver->uid : NULL),
		.person = g_strdup(rehearsed->person ? rehearsed->person->uid : NULL),
		.rung = g_strdup(rehearsed->rung),
		.occurrence = rehearsed->occurrence,
		.message = rehearsed->message,
		.send = rehearsed->send,
		.tone = rehearsed->tone,
		.calendar = rehearsed->calendar,
	};
	g_array_append_val((GArray *)user_data, told);
}

static GArray *run(World *world, RehearsalPasses passes)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(Told));
	RehearsalTerms terms = world->trial->terms;
	g_array_set_clear_func(all, told_clear);
	terms.from = local(YEAR_FROM);
	terms.until = local(YEAR_TO);
	terms.passes = passes;
	g_autoptr(Rehearsal) rehearsal = rehearsal_new(&terms);
	for (guint i = 0; i < world->trial->invoices->len; i++)
		rehearsal_add(rehearsal, world->trial->invoices->pdata[i]);
	g_assert_true(rehearsal_run(rehearsal, keep, all, NULL));
	return all;
}

static const Told *told_at(const GArray *all, guint index)
{
	return &g_array_index(all, Told, index);
}

static gboolean is_mail(const Told *told)
{
	return told->kind == REHEARSED_REMINDER && told->send == REHEARSED_MAIL;
}

static gboolean is_same_approval(const Told *a, const Told *b)
{
	return !strcmp(a->invoice, b->invoice) && !g_strcmp0(a->stage, b->stage) && !g_strcmp0(a->approver, b->approver);
}

static gboolean is_same_reminder(const Told *a, const Told *b)
{
	return is_same_approval(a, b) && a->send == b->send && a->occurrence == b->occurrence && !g_strcmp0(a->person, b->person) && !g_strcmp0(a->rung, b->rung);
}

static char *told_text(const Told *told)
{
	g_autofree char *at = local_text(told->at);
	return g_strdup_printf("%s %s %s of %s: %s %s.%u %s", at, told->invoice, told->stage, told->approver, told->person, told->rung, told->occurrence,
	                       rehearsed_send_name(&(const Rehearsed){.send = told->send}));
}

static G_GNUC_NORETURN void fail(const char *what, const Told *told)
{
	g_autofree char *text = told_text(told);
	g_error("%s: %s", what, text);
}

/* --- each by itself --- */

static void check_working_time(const Told *told)
{
	const gboolean anytime = !g_strcmp0(told->rung, "alarm");
	if (told->kind == REHEARSED_REMINDER && !anytime && !calendar_is_working(told->calendar, told->at))
		fail("outside working time", told);
}

/* The approval is over: decided, lapsed, handed on. */
static gboolean ends(const Told *told)
{
	return told->kind == REHEARSED_DECIDED || told->kind == REHEARSED_LAPSED || told->kind == REHEARSED_REASSIGNED;
}

static void check_pair(const Told *first, const Told *later)
{
	if (is_mail(first) && is_mail(later)) {
		if (is_same_reminder(first, later))
			fail("twice", later);
		if (is_same_approval(first, later) && !strcmp(first->person, later->person) && later->tone < first->tone)
			fail("a milder tone", later);
		if (first->at == later->at && !strcmp(first->person, later->person) && first->message != later->message)
			fail("two mails at once", later);
		if (first->at == later->at && !strcmp(first->person, later->person) && is_same_approval(first, later))
			fail("two reminders of one approval at once", later);
	}
	if (ends(first) && is_same_approval(first, later) && later->kind == REHEARSED_REMINDER &&
	    later->send != REHEARSED_INVITE_CANCEL && later->send != REHEARSED_INVITE_UPDATE)
		fail("after its end", later);
	if (later->at < first->at)
		fail("out of order", later);
}

static void check_all(const GArray *all)
{
	for (guint i = 0; i < all->len; i++) {
		check_working_time(told_at(all, i));
		for (guint j = i + 1; j < all->len; j++)
			check_pair(told_at(all, i), told_at(all, j));
	}
}

static void test_rules(void)
{
	for (guint round = 0; round < ROUNDS; round++) {
		g_autoptr(World) world = world_new(FALSE);
		g_autoptr(GArray) all = run(world, NULL);
		check_all(all);
	}
}

/* An approval comes into an entry once, by an invite or an update, and leaves it once, by an update or the entry's end, after it ended itself. */
static void test_invites_balance(void)
{
	for (guint round = 0; round < ROUNDS; round++) {
		g_autoptr(World) world = world_new(FALSE);
		g_autoptr(GHashTable) standing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		g_autoptr(GArray) all = run(world, NULL);
		for (guint i = 0; i < all->len; i++) {
			const Told *told = told_at(all, i);
			if (told->kind != REHEARSED_REMINDER || is_mail(told))
				continue;
			g_autofree char *key = g_strdup_printf("%s %s %s %s", told->invoice, told->stage, told->approver, told->person);
			const gboolean leaves = g_hash_table_contains(standing, key);
			if (leaves && told->send == REHEARSED_INVITE)
				fail("invited twice", told);
			if (!leaves && told->send == REHEARSED_INVITE_CANCEL)
				fail("taken back, never asked for", told);
			if (leaves)
				g_hash_table_remove(standing, key);
			else
				g_hash_table_add(standing, g_steal_pointer(&key));
		}
	}
}

/* --- in another order, and again --- */

static char *world_text(World *world)
{
	g_autoptr(GArray) all = run(world, NULL);
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < all->len; i++) {
		g_autofree char *line = told_text(told_at(all, i));
		g_string_append_printf(text, "%s %s\n", rehearsed_kind_name(told_at(all, i)->kind), line);
	}
	return g_string_free(text, FALSE);
}

static void test_any_order(void)
{
	for (guint round = 0; round < ROUNDS; round++) {
		g_autoptr(World) world = world_new(FALSE);
		GPtrArray *invoices = world->trial->invoices;
		g_autofree char *first = world_text(world), *again = world_text(world);
		g_assert_cmpstr(first, ==, again);
		for (guint i = invoices->len; i-- > 1;) {
			guint j = (guint)g_test_rand_int_range(0, (gint32)i + 1);
			gpointer kept = invoices->pdata[i];
			invoices->pdata[i] = invoices->pdata[j];
			invoices->pdata[j] = kept;
		}
		g_autofree char *shuffled = world_text(world);
		g_assert_cmpstr(first, ==, shuffled);
	}
}

/* --- seldom or often --- */

static gint64 each_minute(gint64 instant, gpointer user_data)
{
	(void)user_data;
	return (instant + 59) / 60 * 60;
}

/* At ten in the morning, Amsterdam's. */
static gint64 each_day(gint64 instant, gpointer user_data)
{
	(void)user_data;
	static Zone *zone;
	Date date;
	int second;
	if (!zone)
		zone = zone_new("Europe/Amsterdam", NULL);
	zone_local(zone, instant, &date, &second);
	return zone_instant(zone, second > 10 * 3600 ? date_add_days(date, 1) : date, 10 * 3600);
}

/* What may lie between an instant and the first daily pass inside somebody's working time: a weekend, or Christmas and one. */
#define NEAR (5 * 86400)

static gboolean has(const GArray *all, const Told *wanted)
{
	for (guint i = 0; i < all->len; i++)
		if (is_same_reminder(told_at(all, i), wanted))
			return TRUE;
	return FALSE;
}

/* Merged into another of its person and approval that went soon after, or its approval had ended before the next pass. */
static gboolean is_excused(const GArray *daily, const Told *missing)
{
	for (guint i = 0; i < daily->len; i++) {
		const Told *told = told_at(daily, i);
		if (!is_same_approval(told, missing) || told->at < missing->at || told->at > missing->at + NEAR)
			continue;
		if (ends(told) || (is_mail(told) && !g_strcmp0(told->person, missing->person)))
			return TRUE;
	}
	return FALSE;
}

static void compare(const GArray *often, const GArray *daily)
{
	const gint64 end = local(YEAR_TO) - 2 * NEAR;
	for (guint i = 0; i < often->len; i++)
		if (is_mail(told_at(often, i)) && told_at(often, i)->at < end && !has(daily, told_at(often, i)) && !is_excused(daily, told_at(often, i)))
			fail("not sent by daily passes", told_at(often, i));
	for (guint i = 0; i < daily->len; i++)
		if (is_mail(told_at(daily, i)) && !has(often, told_at(daily, i)))
			fail("sent by daily passes alone", told_at(daily, i));
}

static void test_a_year(void)
{
	for (guint round = 0; round < ROUNDS; round++) {
		g_autoptr(World) world = world_new(TRUE);
		g_autoptr(GArray) always = run(world, NULL), often = run(world, each_minute), daily = run(world, each_day);
		check_all(daily);
		compare(often, daily);
		compare(always, often);
		g_assert_cmpuint(often->len, ==, always->len);
	}
}

/* --- what comes later is sent no sooner --- */

static const Told *same_rung(const GArray *all, const Told *of, const char *invoice)
{
	for (guint i = 0; i < all->len; i++) {
		const Told *told = told_at(all, i);
		if (is_mail(told) && !strcmp(told->invoice, invoice) && told->occurrence == of->occurrence && !strcmp(told->rung, of->rung) &&
		    !strcmp(told->person, of->person) && !g_strcmp0(told->approver, of->approver))
			return told;
	}
	return NULL;
}

static void test_monotony(void)
{
	for (guint round = 0; round < ROUNDS; round++) {
		g_autofree char *policy = random_policy(FALSE);
		World world = {.trial = trial_new(COMPANY({.uid = "ann", .manager = "boss", .centres = "4100", .country = "ES"}, {.uid = "boss", .country = "US"},
		                                          {.uid = "fin", .groups = "finance"}), policy)};
		RehearsedInvoice *first = trial_invoice(world.trial, "S/1", "2026-12-20 00:00", NULL), *later = trial_invoice(world.trial, "S/2", "2026-12-20 00:00", NULL);
		first->received += g_test_rand_int_range(0, 90 * 86400);
		later->received = first->received + g_test_rand_int_range(0, 3 * 86400);
		g_autoptr(GArray) all = run(&world, NULL);
		for (guint i = 0; i < all->len; i++) {
			const Told *told = told_at(all, i);
			const Told *other = is_mail(told) && !strcmp(told->invoice, "S/1") ? same_rung(all, told, "S/2") : NULL;
			if (other && other->at < told->at)
				fail("the later invoice's came before", told);
		}
		trial_free(world.trial);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rehearsal/rules", test_rules);
	g_test_add_func("/rehearsal/invites-balance", test_invites_balance);
	g_test_add_func("/rehearsal/any-order", test_any_order);
	g_test_add_func("/rehearsal/a-year", test_a_year);
	g_test_add_func("/rehearsal/monotony", test_monotony);
	return g_test_run();
}
