/* policy.conf: what it becomes, every reference and every nonsense that is refused, what check warns of, and the example. */
#include "config/policy_check.h"
#include "config/policy_file.h"

#include "base/error.h"
#include "ics/ical.h"

#include <glib/gstdio.h>
#include <string.h>

#define CALENDAR "calendars = { nl = { timezone = \"Europe/Amsterdam\"; work = \"Mon-Fri 08:30-17:30\"; }; };\n"
#define LADDER   "ladders = { l = ( { name = \"opened\"; at = \"start\"; } ); };\n"
#define STAGE    "{ name = \"s\"; approvers = \"user(anna)\"; ladder = \"l\"; }"
#define CHAIN    "chains = ( { name = \"rest\"; stages = ( " STAGE " ); } );\n"
#define LEAST    CALENDAR LADDER CHAIN

static const char christmas[] =
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
	"DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static GBytes *read_known(const char *name, gconstpointer user_data, GError **error)
{
	static const struct {
		const char *name, *text;
	} known[] = {
		{"nl.ics", christmas},
		{"broken.ics", "nothing of the kind"},
		{"rates.csv", "currency,rate\nNOK,0.0853\n"},
		{"broken.csv", "currency,rate\nNOK;0,0853\nEUR,2\n"},
	};
	g_assert_cmpstr(user_data, ==, "data");
	for (guint i = 0; i < G_N_ELEMENTS(known); i++)
		if (!strcmp(name, known[i].name))
			return g_bytes_new_static(known[i].text, strlen(known[i].text));
	error_set(error, ERROR_NOT_FOUND, "%s: no such file", name);
	return NULL;
}

static GArray *read_holidays(GBytes *calendar, GError **error)
{
	gsize length;
	const char *text = g_bytes_get_data(calendar, &length);
	return ics_holidays(text, length, date_from_ymd(2020, 1, 1), date_from_ymd(2030, 12, 31), error);
}

static Policy *parse(const char *text, Problems *problems)
{
	char data[] = "data";
	const PolicyFiles files = {.read = read_known, .user_data = data, .holidays = read_holidays, .currency = "EUR"};
	return policy_parse(text, strlen(text), "policy.conf", &files, problems);
}

static Policy *parse_well(const char *text)
{
	g_autoptr(Problems) problems = problems_new();
	Policy *policy = parse(text, problems);
	if (problems_count(problems) > 0) {
		g_autofree char *problem = problem_format(problems_get(problems, 0));
		g_error("%s", problem);
	}
	g_assert_nonnull(policy);
	return policy;
}

static char *selectors_text(const GPtrArray *selectors)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < selectors->len; i++) {
		g_autofree char *one = selector_format(g_ptr_array_index(selectors, i));
		g_string_append_printf(text, "%s%s", i > 0 ? " " : "", one);
	}
	return g_string_free(text, FALSE);
}

static void assert_selectors(const GPtrArray *selectors, const char *wanted)
{
	g_autofree char *text = selectors_text(selectors);
	g_assert_cmpstr(text, ==, wanted);
}

static void assert_span(Span span, const char *wanted)
{
	g_autofree char *text = span_format(span);
	g_assert_cmpstr(text, ==, wanted);
}

static void assert_same_span(Span span, Span wanted)
{
	g_autofree char *text = span_format(wanted);
	assert_span(span, text);
}

static const Rung *rung_of(const Policy *policy, const char *ladder, guint place)
{
	return g_ptr_array_index(policy_ladder(policy, ladder)->rungs, place);
}

static const StageRule *stage_of(const Policy *policy, const char *chain, guint place)
{
	return g_ptr_array_index(policy_chain(policy, chain)->stages, place);
}

/* The defaults of the tables are those of policy_new() and its kin. */
static void test_defaults(void)
{
	g_autoptr(Policy) policy = parse_well(LEAST);
	g_autoptr(Policy) fresh = policy_new();
	g_assert_cmpstr(policy->default_calendar, ==, "nl");
	g_assert_cmpuint(policy->slots->len, ==, fresh->slots->len);
	for (guint i = 0; i < fresh->slots->len; i++)
		g_assert_cmpint(g_array_index(policy->slots, int, i), ==, g_array_index(fresh->slots, int, i));
	assert_same_span(policy->grace, fresh->grace);
	g_assert_cmpuint(policy->max_per_day, ==, fresh->max_per_day);
	g_assert_cmpuint(policy->hourly_budget, ==, fresh->hourly_budget);
	g_assert_cmpuint(policy->mass_change, ==, fresh->mass_change);
	g_assert_cmpint(policy->invites, ==, fresh->invites);
	g_assert_cmpint(policy->allow_self, ==, fresh->allow_self);
	g_assert_cmpint(policy->attach, ==, fresh->attach);
	g_assert_cmpuint(policy->attach_max_mb, ==, fresh->attach_max_mb);
	g_assert_cmpint(policy->thanks, ==, fresh->thanks);
	g_assert_cmpstr(policy->summary, ==, fresh->summary);
	const Rung *rung = rung_of(policy, "l", 0);
	Rung *fresh_rung = rung_new();
	g_assert_cmpint(rung->send, ==, fresh_rung->send);
	g_assert_cmpint(rung->tone, ==, fresh_rung->tone);
	g_assert_false(rung->urgent || rung->anytime || rung->repeats);
	g_assert_cmpuint(rung->times, ==, fresh_rung->times);
	assert_selectors(rung->to, "approver");
	assert_selectors(rung->cc, "");
	rung_free(fresh_rung);
	const StageRule *stage = stage_of(policy, "rest", 0);
	StageRule *fresh_stage = stage_rule_new();
	assert_same_span(stage->within, fresh_stage->within);
	assert_same_span(stage->at_least, fresh_stage->at_least);
	g_assert_cmpint(stage->need.type, ==, fresh_stage->need.type);
	g_assert_false(stage->distinct || stage->authority_required || stage->opens_booked || stage->back_on_reject);
	g_assert_cmpuint(stage->before->len, ==, 0);
	assert_selectors(stage->fallback, "");
	stage_rule_free(fresh_stage);
	g_assert_false(policy_chain(policy, "rest")->has_when);
}

static const char whole[] =
	"calendars = {\n"
	"  nl = { timezone = \"Europe/Amsterdam\"; work = [ \"Mon-Fri 08:30-12:30\", \"Mon-Fri 13:00-17:30\" ]; holidays = [ "
	"\"nl.ics\" ];\n"
	"         countries = [ \"NL\", \"BE\" ]; people = \"group(amsterdam)\"; };\n"
	"  es = { timezone = \"Europe/Madrid\"; work = [ \"Mon-Thu 08:00-17:00\", \"Fri 08:00-15:00\" ]; countries = \"ES\"; };\n"
	"};\n"
	"default_calendar = \"es\";\n"
	"slots = [ ]; grace = \"2bh\"; max_per_day = 3; invites = \"none\"; allow_self = true;\n"
	"ladders = {\n"
	"  gentle = (\n"
	"    { name = \"opened\"; at = \"start\"; send = [ \"mail\", \"invite\" ]; tone = \"new\"; },\n"
	"    { name = \"last\"; at = \"deadline-4bh\"; tone = \"final\"; to = [ \"approver\", \"manager(approver, 2)\" ]; cc = "
	"\"mail(boss@example.nl)\";\n"
	"      urgent = true; every = \"1bd\"; times = 3; },\n"
	"    { name = \"always\"; at = \"due+1d\"; to = [ ]; cc = [ \"group(finance)\" ]; anytime = true; every = \"2h\"; }\n"
	"  );\n"
	"  other = ( );\n"
	"};\n"
	"chains = (\n"
	"  { name = \"it\"; when = { cost_centre = [ \"IT-*\", \"4100\" ]; supplier = \"NL8*\"; kind = \"inv*\"; buyer_reference "
	"= [ \"x\" ];\n"
	"    order = [ \"PO*\" ]; currency = \"EUR\"; min_amount = \"250.01 EUR\"; max_amount = \"250.01 EUR\"; };\n"
	"    stages = (\n"
	"      { name = \"budget holder\"; approvers = [ \"lookup(budget_holder)\", \"user(\\\"bos, anna\\\")\" ]; need = "
	"\"all\"; within = \"3bd\";\n"
	"        before = [ \"due-3bd\", \"discount-1bd\" ]; at_least = \"4bh\"; ladder = \"gentle\"; authority = \"required\"; "
	"},\n"
	"      { name = \"controller\"; approvers = \"group(controllers)\"; need = 2; ladder = \"other\"; distinct = true;\n"
	"        fallback = [ \"group(finance)\" ]; authority = \"when-stated\"; }\n"
	"    ); },\n"
	"  { name = \"the rest\"; stages = ( { name = \"s\"; approvers = \"user(a)\"; need = \"1\"; ladder = \"gentle\"; } ); }\n"
	");\n";

static void assert_whole_ladder(const Policy *policy)
{
	const Rung *opened = rung_of(policy, "gentle", 0), *last = rung_of(policy, "gentle", 1),
		   *always = rung_of(policy, "gentle", 2);
	g_assert_cmpint((int)opened->send, ==, SEND_MAIL | SEND_INVITE);
	g_assert_cmpint(opened->tone, ==, TONE_NEW);
	g_assert_cmpuint(opened->line, ==, 10);
	g_assert_cmpint(last->at.anchor, ==, ANCHOR_DEADLINE);
	assert_span(last->at.offset, "-4bh");
	assert_selectors(last->to, "approver manager(approver, 2)");
	assert_selectors(last->cc, "mail(boss@example.nl)");
	g_assert_true(last->urgent && last->repeats);
	assert_span(last->every, "1bd");
	g_assert_cmpuint(last->times, ==, 3);
	g_assert_cmpuint(always->to->len, ==, 0);
	g_assert_true(always->anytime && always->repeats);
	g_assert_cmpuint(always->times, ==, 0);
	g_assert_cmpuint(policy_ladder(policy, "other")->rungs->len, ==, 0);
}

static void assert_whole_chain(const Policy *policy)
{
	const Chain *chain = policy_chain(policy, "it");
	const When *when = &chain->when;
	g_assert_true(chain->has_when && when->has_min && when->has_max);
	g_assert_cmpint(when->min.minor, ==, 25001);
	g_assert_cmpstr(when->max.currency, ==, "EUR");
	g_assert_cmpuint(when->cost_centre->len, ==, 2);
	const GPtrArray *const lists[] = {when->supplier, when->kind, when->buyer_reference, when->order, when->currency};
	static const char *const wanted[] = {"NL8*", "inv*", "x", "PO*", "EUR"};
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		g_assert_cmpstr(g_ptr_array_index(lists[i], 0), ==, wanted[i]);
	const StageRule *first = stage_of(policy, "it", 0), *second = stage_of(policy, "it", 1);
	assert_selectors(first->approvers, "lookup(budget_holder) user(\"bos, anna\")");
	g_assert_cmpint(first->need.type, ==, NEED_ALL);
	g_assert_cmpuint(first->before->len, ==, 2);
	g_assert_cmpint(g_array_index(first->before, TimeExpression, 1).anchor, ==, ANCHOR_DISCOUNT);
	assert_span(first->at_least, "4bh");
	g_assert_true(first->authority_required && !first->distinct);
	g_assert_cmpint(second->need.type, ==, NEED_NUMBER);
	g_assert_cmpuint(second->need.number, ==, 2);
	assert_selectors(second->fallback, "group(finance)");
	g_assert_true(second->distinct && !second->authority_required);
	g_assert_cmpuint(second->line, ==, 23);
	g_assert_cmpuint(stage_of(policy, "the rest", 0)->need.number, ==, 1);
}

static void test_whole(void)
{
	g_autoptr(Policy) policy = parse_well(whole);
	g_assert_cmpstr(policy->default_calendar, ==, "es");
	g_assert_cmpuint(policy->slots->len, ==, 0);
	assert_span(policy->grace, "2bh");
	g_assert_cmpuint(policy->max_per_day, ==, 3);
	g_assert_cmpint(policy->invites, ==, INVITES_NONE);
	g_assert_true(policy->allow_self);
	Calendar *nl = policy_calendar(policy, "nl");
	g_assert_cmpstr(zone_name(calendar_zone(nl)), ==, "Europe/Amsterdam");
	g_assert_false(calendar_is_working_day(nl, date_from_ymd(2026, 12, 25)));
	g_assert_true(calendar_is_working_day(nl, date_from_ymd(2026, 12, 24)));
	g_assert_true(policy_calendar_for_country(policy, NULL, "BE") == nl);
	const PolicyCalendar *first = g_ptr_array_index(policy->calendars, 0);
	assert_selectors(first->people, "group(amsterdam)");
	g_assert_cmpuint(first->line, ==, 2);
	assert_whole_ladder(policy);
	assert_whole_chain(policy);
}

/* One finding each, unless more are said to be; the text is the first one's start. */
static const struct {
	const char *text, *finding;
} refused[] = {
	{LADDER CHAIN, "policy.conf: calendars: wanted a group { NAME = { }; … }: it is required"},
	{CALENDAR CHAIN, "policy.conf: ladders: wanted a group"},
	{CALENDAR LADDER, "policy.conf: chains: wanted a list"},
	{LEAST "default_calendar = \"n1\";",
         "policy.conf:4: default_calendar: found \"n1\", wanted the name of a calendar: did you mean \"nl\"?"},
	{LEAST "default_calendar = \"spain\";",
         "policy.conf:4: default_calendar: found \"spain\", wanted the name of a calendar: one of nl"},
	{LEAST "grace = \"-4bh\";", "policy.conf:4: grace: found \"-4bh\", wanted a span such as"},
	{LEAST "grace = 4;", "policy.conf:4: grace: found \"4\", wanted a span such as"},
	{LEAST "max_per_day = 0;", "policy.conf:4: max_per_day: found \"0\", wanted a number from 1 to 100"},
	{LEAST "max_per_day = 4294967302;", "policy.conf:4: max_per_day: found \"4294967302\", wanted a number from 1 to 100"},
	{LEAST "payment_runs = [ \"Tue\", \"Freitag\" ];",
         "policy.conf:4: payment_runs[1]: found \"Freitag\", wanted a list of Mon, Tue, Wed, Thu, Fri, Sat or Sun"},
	{LEAST "payment_runs = \"Mon-Fri\";", "policy.conf:4: payment_runs: found \"Mon-Fri\", wanted a list of Mon"},
	{LEAST "payment_runs = 2;", "policy.conf:4: payment_runs: found \"2\", wanted a list of Mon"},
	{LEAST "credit_note_ladder = \"ll\";", "policy.conf:4: credit_note_ladder: found \"ll\", wanted the name of a ladder"},
	{LEAST "credit_note_ladder = \"gentle\";",
         "policy.conf:4: credit_note_ladder: found \"gentle\", wanted the name of a ladder: one of l"},
	{LEAST "rates = \"no.csv\";",
         "policy.conf:4: rates: found \"no.csv\", wanted a file of rates that can be read (no.csv: no such file)"},
	{LEAST "rates = \"broken.csv\";", "broken.csv:2: found \"NOK;0,0853\", wanted a currency, a comma and a rate"},
	{LEAST "rates = \"broken.csv\";", "broken.csv:3: found \"EUR,2\", wanted a currency"},
	{LEAST "rates = \"\";", "policy.conf:4: rates: found \"\", wanted something between the quotes"},
	{LEAST "rates = [ \"rates.csv\" ];", "policy.conf:4: rates: found \"[ … ]\", wanted a text in double quotes"},
	{LEAST "slots = [ \"14:00\", \"9\" ];", "policy.conf:4: slots: found"},
	{LEAST "invites = \"week\";", "policy.conf:4: invites: found \"week\", wanted none, approval or day"},
	{LEAST "mass_change = 0;", "policy.conf:4: mass_change: found \"0\", wanted a number from 1 to 100"},
	{LEAST "mass_change = 101;", "policy.conf:4: mass_change: found \"101\", wanted a number from 1 to 100"},
	{LEAST "hourly_budget = 0;", "policy.conf:4: hourly_budget: found \"0\", wanted a number from 1 to 1000000"},
	/* what has no effect yet is read all the same */
	{LEAST "login_above = \"5\";", "policy.conf:4: login_above: found \"5\", wanted an amount such as"},
	{LEAST "attach = \"docx\";", "policy.conf:4: attach: found \"docx\", wanted none, pdf or document"},
	{LEAST "attach_max_mb = 26;", "policy.conf:4: attach_max_mb: found \"26\", wanted a number from 1 to 25"},
	{LEAST "thanks = \"approver\";", "policy.conf:4: thanks: found \"approver\", wanted none, others or all"},
	{LEAST "summary = \"Monday 09:00\";", "policy.conf:4: summary: found \"Monday 09:00\", wanted a weekday and a time, such as Mon 09:00, or none"},
	{LEAST "summary = \"Mon 24:00\";", "policy.conf:4: summary: found \"Mon 24:00\", wanted a weekday and a time"},
	{LEAST "summary = \"\";", "policy.conf:4: summary: found \"\", wanted something between the quotes"},
	{LEAST "mass_change = 101;", "policy.conf:4: mass_change: found \"101\", wanted a number from 1 to 100"},
	{LEAST "stale_ok = \"7\";", "policy.conf:4: stale_ok: found \"7\", wanted a time from 0h to"},
	/* administrations */
	{LEAST "administrations = ( { name = \"A\"; folder = \"spool/in\"; } );",
         "policy.conf:4: administrations[0].folder: found \"spool/in\", wanted a folder's own name"},
	{LEAST "administrations = ( { name = \"A\"; folder = \"failed\"; } );",
         "policy.conf:4: administrations[0].folder: found \"failed\", wanted another name"},
	{LEAST "administrations = { };", "policy.conf:4: administrations: found \"{ … }\", wanted a list ( { }, … )"},
	{LEAST "administrations = ( { buyer = \"NL1\"; } );", "policy.conf:4: administrations[0].name: wanted a text in double quotes: it is required"},
	{LEAST "administrations = ( { name = \"A\"; }, { name = \"a\"; } );",
         "policy.conf:4: administrations[1].name: found \"a\", wanted a name that no administration above has"},
	{LEAST "administrations = ( { name = \"A\"; folder = \"in\"; }, { name = \"B\"; folder = \"In\"; } );",
         "policy.conf:4: administrations[1].folder: found \"In\", wanted a folder that no administration above has"},
	{LEAST "administrations = ( { name = \"A\"; buyer = [ \"NL1\", \"NL2\" ]; }, { name = \"B\"; buyer = \"nl 2\"; } );",
         "policy.conf:4: administrations[1].buyer: found \"nl 2\", wanted an id that is named once: an invoice has one administration"},
	{LEAST "administrations = ( { name = \"A\"; buyer = [ \"NL1\", \"NL-1\" ]; } );",
         "policy.conf:4: administrations[0].buyer[1]: found \"NL-1\", wanted an id that is named once"},
	{LEAST "administrations = ( { name = \"A\"; calendar = \"es\"; } );",
         "policy.conf:4: administrations[0].calendar: found \"es\", wanted the name of a calendar: one of nl"},
	{LEAST "administrations = ( { name = \"A\"; ladder = \"ll\"; } );",
         "policy.conf:4: administrations[0].ladder: found \"ll\", wanted the name of a ladder"},
	{LEAST "administrations = ( { name = \"A\"; reminders = \"no\"; } );",
         "policy.conf:4: administrations[0].reminders: found \"no\", wanted true or false"},
	{LEAST "administrations = ( { name = \"A\"; roles = { admin = \"approver\"; }; } );",
         "policy.conf:4: administrations[0].roles.admin: found \"approver\", wanted people whom the directory knows"},
	{LEAST "max_per_dya = 6;",
         "policy.conf:4: max_per_dya: found \"max_per_dya\", wanted a known setting: did you mean \"max_per_day\"?"},
	/* calendars */
	{LADDER CHAIN "calendars = { a = { timezone = \"Europe/Amsterdam\"; work = \"Mon 08:00-09:00\"; }; b = { timezone = "
                      "\"UTC\"; work = \"Mon 08:00-09:00\"; }; };",
         "policy.conf: default_calendar: wanted the name of a calendar: there are several"},
	{LADDER CHAIN "calendars = { a = { timezone = \"Europe/Amsterdm\"; work = \"Mon 08:00-09:00\"; }; };",
         "policy.conf:3: calendars.a.timezone: found \"Europe/Amsterdm\", wanted"},
	{LADDER CHAIN "calendars = { a = { timezone = \"../../etc/passwd\"; work = \"Mon 08:00-09:00\"; }; };",
         "policy.conf:3: calendars.a.timezone: found"},
	{LADDER CHAIN "calendars = { a = { timezone = \"UTC\"; }; };",
         "policy.conf:3: calendars.a.work: wanted a text or a list of texts: it is required"},
	{LADDER CHAIN "calendars = { a = { timezone = \"UTC\"; work = [ ]; }; };", "policy.conf:3: calendars.a.work: found"},
	{LADDER CHAIN "calendars = { a = { timezone = \"UTC\"; work = [ \"Mon 08:00-09:00\", \"Mon 08:30-10:00\" ]; }; };",
         "policy.conf:3: calendars.a.work[1]: found \"Mon 08:30-10:00\", wanted days and hours such as"},
	{LADDER CHAIN "calendars = { a = { timezone = \"UTC\"; work = \"Fri-Mon 08:00-09:00\"; }; };",
         "policy.conf:3: calendars.a.work: found \"Fri-Mon 08:00-09:00\", wanted days and hours"},
	{LADDER CHAIN "calendars = { a = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; holidays = \"no.ics\"; }; };",
         "policy.conf:3: calendars.a.holidays: found \"no.ics\", wanted an iCalendar file that can be read (no.ics: no such "
         "file)"},
	{LADDER CHAIN
         "calendars = { a = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; holidays = [ \"nl.ics\", \"broken.ics\" ]; }; };",
         "policy.conf:3: calendars.a.holidays[1]: found \"broken.ics\", wanted an iCalendar file"},
	{LADDER CHAIN
         "calendars = { a = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; countries = [ \"Netherlands\" ]; }; };",
         "policy.conf:3: calendars.a.countries[0]: found \"Netherlands\", wanted two capital letters"},
	{LADDER CHAIN "calendars = { a = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; people = \"approver\"; }; };",
         "policy.conf:3: calendars.a.people: found \"approver\", wanted people whom the directory knows"},
	{LADDER CHAIN "calendars = { a = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; people = \"lookup(x)\"; }; };",
         "policy.conf:3: calendars.a.people: found \"lookup(x)\", wanted people"},
	/* ladders */
	{CALENDAR CHAIN "ladders = { l = ( { at = \"start\"; } ); };",
         "policy.conf:3: ladders.l[0].name: wanted a text in double quotes: it is required"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a b\"; at = \"start\"; } ); };",
         "policy.conf:3: ladders.l[0].name: found \"a b\", wanted a name of letters"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; } ); };", "policy.conf:3: ladders.l[0].at: wanted a time such as"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"deadline - 4bh\"; } ); };",
         "policy.conf:3: ladders.l[0].at: found \"deadline - 4bh\", wanted a time"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; }, { name = \"a\"; at = \"start+1h\"; } ); };",
         "policy.conf:3: ladders.l[1].name: found \"a\", wanted a name that no rung above has"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; times = 3; } ); };",
         "policy.conf:3: ladders.l[0].times: found \"3\", wanted every beside it"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; every = \"1bd\"; times = 1001; } ); };",
         "policy.conf:3: ladders.l[0].times: found \"1001\", wanted a number from 0 to 1000"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; every = \"1bd\"; times = -1; } ); };",
         "policy.conf:3: ladders.l[0].times: found \"-1\", wanted a number"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; every = \"0bd\"; } ); };",
         "policy.conf:3: ladders.l[0].every: found \"0bd\", wanted a span"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; to = [ ]; } ); };",
         "policy.conf:3: ladders.l[0].to: found \"[ … ]\", wanted somebody in to or cc"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; urgent = true; anytime = true; } ); };",
         "policy.conf:3: ladders.l[0].urgent: found \"true\", wanted urgent or anytime"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; send = [ ]; } ); };",
         "policy.conf:3: ladders.l[0].send: found"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; add = [ \"user(b)\", \"approver\" ]; } ); };",
         "policy.conf:3: ladders.l[0].add[1]: found \"approver\", wanted somebody else than the approver"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; reassign = \"mail(a@b.nl)\"; } ); };",
         "policy.conf:3: ladders.l[0].reassign: found \"mail(a@b.nl)\", wanted someone in the directory"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; add = \"user(b)\"; reassign = \"user(c)\"; } ); };",
         "policy.conf:3: ladders.l[0].reassign: found \"user(c)\", wanted add or reassign"},
	{CALENDAR CHAIN "ladders = { l = ( { name = \"a\"; at = \"start\"; cc = \"mail(nobody)\"; } ); };",
         "policy.conf:3: ladders.l[0].cc: found \"mail(nobody)\", wanted a selector such as"},
	{CALENDAR CHAIN "ladders = { };",
         "policy.conf:2: chains[0].stages[0].ladder: found \"l\", wanted the name of a ladder, of which there is none"},
	/* channels */
#define SENDS(way) CALENDAR CHAIN "channels = { sms = { url = \"https://a.example/\"; }; };\nladders = { l = ( { name = \"a\"; at = \"start\"; send = [ \"mail\", \"" way "\" ]; } ); };"
	{SENDS("smss"), "policy.conf:4: ladders.l[0].send[1]: found \"smss\", wanted mail, invite or the name of a channel: did you mean \"sms\"?"},
	{SENDS("pigeon"), "policy.conf:4: ladders.l[0].send[1]: found \"pigeon\", wanted mail, invite or the name of a channel: one of mail, invite, sms"},
#define CHANNEL(settings) CALENDAR LADDER CHAIN "channels = { sms = { " settings " }; };"
	{CHANNEL(""), "policy.conf:4: channels.sms.url: wanted a text in double quotes: it is required"},
	{CHANNEL("url = \"http://a.example/\";"), "policy.conf:4: channels.sms.url: found \"http://a.example/\", wanted an https:// address"},
	{CHANNEL("url = \"https://{{uid}}.example/\";"), "policy.conf:4: channels.sms.url: found"},
	{CHANNEL("url = \"https://a:b@c.example/\";"), "policy.conf:4: channels.sms.url: found"},
	{CHANNEL("url = \"file:///etc/passwd\";"), "policy.conf:4: channels.sms.url: found"},
	{CHANNEL("url = \"https://a.example/\"; headers = [ \"no colon\" ];"), "policy.conf:4: channels.sms.headers[0]: found \"no colon\", wanted one line of ASCII"},
	{CHANNEL("url = \"https://a.example/\"; headers = [ \"host: b\" ];"), "policy.conf:4: channels.sms.headers[0]: found"},
	{CHANNEL("url = \"https://a.example/\"; body = \"gone.json\";"), "policy.conf:4: channels.sms.body: found \"gone.json\", wanted json, form, or a file"},
	{CHANNEL("url = \"https://a.example/\"; content_type = \"text/plain\";"), "policy.conf:4: channels.sms.content_type: found \"text/plain\", wanted a template as body"},
	{CHANNEL("url = \"https://a.example/\"; content_type = \"image/png\";"), "policy.conf:4: channels.sms.content_type: found \"image/png\", wanted JSON, a form, XML or plain text"},
	{CHANNEL("url = \"https://a.example/\"; to = \"phone\";"), "policy.conf:4: channels.sms.to: found \"phone\", wanted"},
	{CHANNEL("url = \"https://a.example/\"; timeout = \"2min\";"), "policy.conf:4: channels.sms.timeout: found"},
	{CALENDAR LADDER CHAIN "channels = { invite = { url = \"https://a.example/\"; }; };", "policy.conf:4: channels.invite: found"},
	/* chains */
	{CALENDAR LADDER "chains = ( );", "policy.conf:3: chains: found \"( … )\", wanted a list"},
	{CALENDAR LADDER "chains = ( { stages = ( " STAGE " ); } );",
         "policy.conf:3: chains[0].name: wanted a text in double quotes: it is required"},
	{CALENDAR LADDER "chains = ( { name = \"a\"; } );",
         "policy.conf:3: chains[0].stages: wanted a list ( { }, … ): it is required"},
	{CALENDAR LADDER "chains = ( { name = \"a\"; stages = ( ); } );",
         "policy.conf:3: chains[0].stages: found \"( … )\", wanted a list"},
	{CALENDAR LADDER "chains = ( { name = \"a\"; stages = ( " STAGE " ); }, { name = \"a\"; stages = ( " STAGE " ); } );",
         "policy.conf:3: chains[1].name: found \"a\", wanted a name that no chain above has"},
	{CALENDAR LADDER "chains = ( { name = \"a\"; stages = ( " STAGE ", " STAGE " ); } );",
         "policy.conf:3: chains[0].stages[1].name: found \"s\", wanted a name that no stage above has"},
	{CALENDAR LADDER "chains = ( { name = \"a\"; when = { order = \"x\"; }; stages = ( " STAGE " ); } );",
         "policy.conf:3: chains[0].when: found \"{ … }\", wanted no when in the last chain"},
#define WHEN(conditions)                                                                          \
	CALENDAR LADDER "chains = ( { name = \"a\"; when = { " conditions " }; stages = ( " STAGE \
			" ); }, { name = \"b\"; stages = ( " STAGE " ); } );"
	{WHEN(""), "policy.conf:3: chains[0].when: found \"{ … }\", wanted a condition"},
	{WHEN("max_amount = 250;"), "policy.conf:3: chains[0].when.max_amount: found \"250\", wanted an amount such as"},
	{WHEN("max_amount = \"250 XXQ\";"),
         "policy.conf:3: chains[0].when.max_amount: found \"250 XXQ\", wanted an amount such as"},
	{WHEN("min_amount = \"2.00 EUR\"; max_amount = \"1.99 EUR\";"),
         "policy.conf:3: chains[0].when.max_amount: found \"1.99 EUR\", wanted an amount not below min_amount"},
	{WHEN("min_amount = \"2.00 EUR\"; max_amount = \"3.00 USD\";"),
         "policy.conf:3: chains[0].when.max_amount: found \"3.00 USD\", wanted the currency of min_amount"},
	{WHEN("kind = [ \"invoice\", \"creditnote\" ];"),
         "policy.conf:3: chains[0].when.kind: found \"[ … ]\", wanted invoice or credit-note, not \"creditnote\""},
	{WHEN("cost_centre = [ ];"), "policy.conf:3: chains[0].when.cost_centre: found"},
	{WHEN("cost_centre = \"\";"), "policy.conf:3: chains[0].when.cost_centre: found \"\", wanted something"},
	{WHEN("cost_center = \"x\";"), "policy.conf:3: chains[0].when.cost_center: found \"cost_center\", wanted a known "
                                       "setting: did you mean \"cost_centre\"?"},
	{WHEN("administration = \"x\";"),
         "policy.conf:3: chains[0].when.administration: found \"x\", wanted the name of one of administrations, not \"x\""},
	{WHEN("accumulated = { };"), "policy.conf:3: chains[0].when.accumulated.min_amount: wanted an amount such as"},
	{WHEN("accumulated = { min_amount = \"5000.00 EUR\"; };"),
         "policy.conf:3: chains[0].when.accumulated.supplier_within: wanted a span such as"},
	{WHEN("accumulated = { supplier_within = \"-30d\"; min_amount = \"5000.00 EUR\"; };"),
         "policy.conf:3: chains[0].when.accumulated.supplier_within: found \"-30d\", wanted a span"},
	{WHEN("accumulated = { supplier_within = \"30d\"; min_amount = \"0.00 EUR\"; };"),
         "policy.conf:3: chains[0].when.accumulated.min_amount: found \"0.00 EUR\", wanted an amount above zero"},
	{WHEN("accumulated = { supplier_within = \"30d\"; max_amount = \"1.00 EUR\"; min_amount = \"1.00 EUR\"; };"),
         "policy.conf:3: chains[0].when.accumulated.max_amount: found \"max_amount\", wanted a known setting: did you mean \"min_amount\"?"},
#define ONE_STAGE(settings) CALENDAR LADDER "chains = ( { name = \"a\"; stages = ( { name = \"s\"; " settings " } ); } );"
	{ONE_STAGE("ladder = \"l\";"), "policy.conf:3: chains[0].stages[0].approvers: wanted a selector"},
	{ONE_STAGE("approvers = \"user(a)\"; ladder = \"ll\";"),
         "policy.conf:3: chains[0].stages[0].ladder: found \"ll\", wanted the name of a ladder: "},
	{ONE_STAGE("approvers = [ ]; ladder = \"l\";"), "policy.conf:3: chains[0].stages[0].approvers: found"},
	{ONE_STAGE("approvers = \"approver\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].approvers: found \"approver\", wanted who the approver is"},
	{ONE_STAGE("approvers = \"manager(approver)\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].approvers: found \"manager(approver)\", wanted who"},
	{ONE_STAGE("approvers = \"mail(a@b.nl)\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].approvers: found \"mail(a@b.nl)\", wanted someone in the directory"},
	{ONE_STAGE("approvers = \"user(a)\"; fallback = [ \"user(b)\", \"mail(a@b.nl)\" ]; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].fallback[1]: found \"mail(a@b.nl)\", wanted someone"},
	{ONE_STAGE("approvers = \"user(a)\"; need = \"most\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].need: found \"most\", wanted any, all or a number"},
	{ONE_STAGE("approvers = \"user(a)\"; before = [ \"deadline-1bd\" ]; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].before[0]: found \"deadline-1bd\", wanted another anchor: the deadline cannot come "
         "before itself"},
	{ONE_STAGE("approvers = \"user(a)\"; within = \"0bd\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].within: found \"0bd\", wanted a span"},
	{ONE_STAGE("approvers = \"user(a)\"; within = \"2bd\"; at_least = \"3bd\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].at_least: found \"3bd\", wanted at_least no longer than within"},
	{ONE_STAGE("approvers = \"user(a)\"; at_least = \"-0bd\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].at_least: found \"-0bd\""},
	{ONE_STAGE("approvers = \"user(a)\"; at_least = \"-1bd\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].at_least: found"},
	{ONE_STAGE("approvers = \"user(a)\"; authority = \"yes\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].authority: found \"yes\", wanted when-stated or required"},
	{ONE_STAGE("approvers = \"user(a)\"; on_reject = \"back\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].on_reject: found \"back\", wanted close or previous"},
	{ONE_STAGE("approvers = \"user(a)\"; opens = \"paid\"; ladder = \"l\";"),
         "policy.conf:3: chains[0].stages[0].opens: found \"paid\", wanted approved or booked"},
	{ONE_STAGE("approvers = \"user(a)\"; login_above = true;"),
         "policy.conf:3: chains[0].stages[0].login_above: found \"true\", wanted an amount such as"},
};

static void test_refused(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(Policy) policy = parse(refused[i].text, problems);
		if (policy)
			g_error("%s was taken", refused[i].text);
		gboolean found = FALSE;
		for (guint j = 0; j < problems_count(problems); j++) {
			g_autofree char *text = problem_format(problems_get(problems, j));
			found = found || g_str_has_prefix(text, refused[i].finding);
			if (!found && j + 1 == problems_count(problems))
				g_error("%s\n%s", refused[i].text, text);
		}
	}
}

/* DESIGN's example, with all that it says can be set besides. */
static const char example[] =
	"calendars = { nl = { timezone = \"Europe/Amsterdam\"; work = [ \"Mon-Fri 08:30-12:30\" ]; holidays = [ \"nl.ics\" ]; "
	"countries = [ \"NL\" ]; }; };\n"
	"default_calendar = \"nl\";\n"
	"slots = [ \"09:00\", \"14:00\" ];  grace = \"4bh\";  max_per_day = 6;\n"
	"hourly_budget = 5000;\ninvites = \"day\";\npayment_runs = [ \"Tue\", \"Fri\" ];\n"
	"login_above = \"0.00 EUR\";\nallow_self = false;  credit_note_ladder = \"standard\";\nrates = \"rates.csv\";\nattach = "
	"\"pdf\";\n"
	"ladders = { standard = (\n"
	"    { name = \"opened\";   at = \"start\";        send = [ \"mail\", \"invite\" ]; tone = \"new\"; },\n"
	"    { name = \"widen\";    at = \"deadline+2bd\"; tone = \"escalation\"; add = \"manager(approver)\"; to = [ "
	"\"approver\", \"manager(approver)\" ]; },\n"
	"    { name = \"hand-on\";  at = \"deadline+9bd\"; reassign = [ \"manager(approver)\", \"group(finance)\" ]; to = [ ]; }\n"
	");};\n"
	"administrations = ( { name = \"Voorbeeld BV\"; buyer = [ \"NL001234567B01\", \"0106:12345678\" ]; },\n"
	"  { name = \"Ejemplo SL\"; buyer = \"ESB12345678\"; folder = \"es\"; calendar = \"nl\"; ladder = \"standard\"; reminders = false;\n"
	"    roles = { admin = [ \"group(es-admins)\", \"user(eva)\" ]; auditor = \"user(aud)\"; }; } );\n"
	"chains = ( { name = \"split\"; when = { administration = \"ejemplo*\"; accumulated = { supplier_within = \"30d\"; min_amount = "
	"\"5000.00 EUR\"; }; };\n"
	"  stages = ( { name = \"s\"; approvers = \"user(a)\"; opens = \"approved\"; on_reject = \"close\"; } ); },\n"
	"  { name = \"rest\"; stages = ( { name = \"controller\"; approvers = [ \"group(controllers)\" ]; need = 1;\n"
	"  within = \"2bd\"; ladder = \"standard\"; }, { name = \"payment\"; approvers = \"user(a)\"; opens = \"booked\"; on_reject = \"previous\";\n"
	"  login_above = \"250.00 EUR\"; } ); } );\n"
	"mass_change = 30; stale_ok = \"7d\";\n";

static void assert_example_administrations(const Policy *policy)
{
	g_assert_cmpuint(policy->administrations->len, ==, 2);
	const Administration *first = g_ptr_array_index(policy->administrations, 0), *second = policy_administration(policy, "Ejemplo SL");
	g_assert_cmpuint(first->buyers->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(first->buyers, 1), ==, "0106:12345678");
	g_assert_null(first->folder);
	g_assert_null(first->calendar);
	g_assert_null(first->ladder);
	g_assert_true(first->reminders);
	assert_selectors(first->admins, "");
	g_assert_cmpuint(first->line, ==, 16);
	g_assert_cmpstr(second->folder, ==, "es");
	g_assert_cmpstr(second->calendar, ==, "nl");
	g_assert_cmpstr(second->ladder, ==, "standard");
	g_assert_false(second->reminders);
	assert_selectors(second->admins, "group(es-admins) user(eva)");
	assert_selectors(second->auditors, "user(aud)");
	g_assert_cmpuint(second->line, ==, 17);
}

static void assert_example_chains(const Policy *policy)
{
	const When *when = &policy_chain(policy, "split")->when;
	g_assert_cmpstr(g_ptr_array_index(when->administration, 0), ==, "ejemplo*");
	g_assert_true(when->has_accumulated);
	assert_span(when->accumulated_within, "30d");
	g_assert_cmpint(when->accumulated_min.minor, ==, 500000);
	g_assert_false(when->has_min);
	g_assert_false(policy_chain(policy, "rest")->when.has_accumulated);
	const StageRule *plain = stage_of(policy, "split", 0), *payment = stage_of(policy, "rest", 1);
	g_assert_null(plain->ladder);
	g_assert_false(plain->opens_booked || plain->back_on_reject);
	g_assert_true(payment->opens_booked && payment->back_on_reject);
}

static void test_all_options(void)
{
	static const guint without_effect[] = {7, 23, 24};
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Policy) policy = parse(example, problems);
	g_assert_nonnull(policy);
	for (guint i = 0; i < problems_count(problems); i++) {
		const Problem *problem = problems_get(problems, i);
		g_assert_cmpuint(i, <, G_N_ELEMENTS(without_effect));
		g_assert_false(problem->is_error);
		g_assert_cmpuint(problem->line, ==, without_effect[i]);
		g_assert_nonnull(strstr(problem->wanted, "nothing follows from it"));
	}
	g_assert_cmpuint(problems_count(problems), ==, G_N_ELEMENTS(without_effect));
	g_assert_cmpint(policy->invites, ==, INVITES_DAY);
	g_assert_cmpuint(policy->hourly_budget, ==, 5000);
	g_assert_cmpuint(policy->mass_change, ==, 30);
	g_assert_cmpint(policy->attach, ==, ATTACH_PDF);
	assert_selectors(rung_of(policy, "standard", 0)->add, "");
	assert_selectors(rung_of(policy, "standard", 1)->add, "manager(approver)");
	assert_selectors(rung_of(policy, "standard", 2)->reassign, "manager(approver) group(finance)");
	assert_example_administrations(policy);
	assert_example_chains(policy);
}

static void test_no_reader(void)
{
	static const char text[] =
		LADDER CHAIN "calendars = { a = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; holidays = \"nl.ics\"; }; };";
	g_autoptr(Problems) problems = problems_new();
	g_assert_null(policy_parse(text, strlen(text), "policy.conf", NULL, problems));
	g_assert_cmpuint(problems_count(problems), ==, 1);
	g_assert_cmpstr(problems_get(problems, 0)->setting, ==, "calendars.a.holidays");
	g_autoptr(Policy) policy = policy_parse(LEAST, strlen(LEAST), "policy.conf", NULL, problems);
	g_assert_nonnull(policy); /* the error before it was another's */
}

static void test_file_names(void)
{
	static const char text[] = "calendars = { a = { holidays = ( \"x.ics\", \"y.ics\", 5 ); }; b = { holidays = \"x.ics\"; "
				   "}; c = { }; d = 5; }; rates = \"rates.csv\";";
	g_autoptr(GPtrArray) names = policy_file_names(text, strlen(text));
	g_assert_cmpuint(names->len, ==, 3);
	g_assert_cmpstr(g_ptr_array_index(names, 0), ==, "x.ics");
	g_assert_cmpstr(g_ptr_array_index(names, 1), ==, "y.ics");
	g_assert_cmpstr(g_ptr_array_index(names, 2), ==, "rates.csv");
	static const char *const none[] = {"", "calendars = 5;", "calendars = (", "calendars = ( );", "rates = \"\";", "rates = 5;"};
	for (guint i = 0; i < G_N_ELEMENTS(none); i++) {
		g_autoptr(GPtrArray) empty = policy_file_names(none[i], strlen(none[i]));
		g_assert_cmpuint(empty->len, ==, 0);
	}
}

static void test_read_beside(void)
{
	g_autofree char *folder = g_dir_make_tmp("akkoord-policy-XXXXXX", NULL);
	g_autofree char *policy = g_build_filename(folder, "policy.conf", NULL);
	g_autofree char *file = g_build_filename(folder, "nl.ics", NULL);
	g_assert_true(g_file_set_contents(file, "text", -1, NULL));
	const char *const names[] = {"nl.ics", "./nl.ics", file};
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) bytes = policy_read_beside(names[i], policy, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(g_bytes_get_size(bytes), ==, 4);
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(policy_read_beside("es.ics", policy, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_NOT_FOUND);
	g_remove(file);
	g_rmdir(folder);
}

#define ENDLESS                      "ladders = { l = ( { name = \"opened\"; at = \"start\"; every = \"1bd\"; } ); };\n"
#define FROM_CHAIN(chains)           CALENDAR_OF_2026 ENDLESS "chains = ( " chains ", { name = \"rest\"; stages = ( " STAGE " ); } );"
#define CHAIN_WHEN(name, conditions) "{ name = \"" name "\"; when = { " conditions " }; stages = ( " STAGE " ); }"
#define CALENDAR_OF_2026 \
	"calendars = { nl = { timezone = \"Europe/Amsterdam\"; work = \"Mon-Fri 08:30-17:30\"; holidays = \"nl.ics\"; }; };\n"

static void test_rates(void)
{
	g_autoptr(Policy) none = parse_well(LEAST);
	g_assert_null(none->rates);
	g_autoptr(Policy) policy = parse_well(LEAST "rates = \"rates.csv\";");
	g_assert_cmpstr(policy->rates_file, ==, "rates.csv");
	Money amount, converted;
	g_assert_true(money_parse("900.00 NOK", &amount, NULL) && rates_convert(policy->rates, amount, "EUR", &converted));
	g_assert_cmpint(converted.minor, ==, 7677);
}

static void test_payment_runs(void)
{
	static const struct {
		const char *text;
		guint days;
	} cases[] = {
		{LEAST, 0},
		{LEAST "payment_runs = [ ];", 0},
		{LEAST "payment_runs = \"Mon\";", 1},
		{LEAST "payment_runs = [ \"Fri\", \"Tue\" ];", 1 << 1 | 1 << 4},
		{LEAST "payment_runs = [ \"Sun\", \"Sun\" ];", 1 << 6},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Policy) policy = parse_well(cases[i].text);
		g_assert_cmpuint(policy->payment_runs, ==, cases[i].days);
	}
}

static void test_warnings(void)
{
	static const struct {
		const char *text;
		const char *findings[3]; /* all of them */
	} cases[] = {
		{CALENDAR_OF_2026 ENDLESS CHAIN, {"1: warning: calendars.nl: wanted holidays for 2027 too"}},
		{CALENDAR ENDLESS CHAIN, {"1: warning: calendars.nl: wanted holidays for 2026 and 2027"}},
		{CALENDAR_OF_2026 LADDER CHAIN, {"1:", "2: warning: ladders.l: wanted a rung with every and times = 0"}},
		{CALENDAR_OF_2026 "ladders = { l = ( ); };\n" CHAIN,
	         {"1:", "2: warning: ladders.l: wanted a rung that sends something"}},
		{CALENDAR_OF_2026
	         "ladders = { l = ( { name = \"a\"; at = \"start\"; send = \"invite\"; every = \"1bd\"; } ); };\n" CHAIN
	         "invites = \"none\";",
	         {"1:", "2: warning: ladders.l: wanted a rung that sends something"}},
		{CALENDAR_OF_2026 "ladders = { l = ( { name = \"a\"; at = \"start\"; every = \"1bd\"; } );\nm = ( { name = "
	                          "\"a\"; at = \"start\"; every = \"1bd\"; } ); };\n" CHAIN,
	         {"1:", "3: warning: ladders.m: wanted a stage that uses it"}},
		{CALENDAR_OF_2026 "ladders = { l = ( { name = \"a\"; at = \"start\"; every = \"1bd\"; } );\nm = ( { name = "
	                          "\"a\"; at = \"start\"; every = \"1bd\"; } ); };\n" CHAIN "credit_note_ladder = \"m\";",
	         {"1:"}},
		{"calendars = { nl = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; holidays = \"nl.ics\"; countries = "
	         "\"NL\"; };\n"
	         "be = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; holidays = \"nl.ics\"; countries = [ \"BE\", \"NL\" ]; "
	         "}; }; default_calendar = \"be\";" ENDLESS CHAIN,
	         {"1:", "2:", "2: warning: calendars.be: wanted NL in one calendar: nl has it already"}},
		{"calendars = { nl = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; holidays = \"nl.ics\"; };\n"
	         "be = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; holidays = \"nl.ics\"; }; }; default_calendar = "
	         "\"nl\";" ENDLESS CHAIN,
	         {"1:", "2:", "2: warning: calendars.be: wanted countries or people: nobody has this calendar"}},
		{FROM_CHAIN("{ name = \"all\"; stages = ( " STAGE " ); }"),
	         {"1:", "3: warning: chains[1]: wanted a place above \"all\""}},
		{FROM_CHAIN(CHAIN_WHEN("a", "max_amount = \"250.00 EUR\";") "," CHAIN_WHEN(
			 "b", "max_amount = \"100.00 EUR\"; order = \"x\";")),
	         {"1:", "3: warning: chains[1]: wanted a place above \"a\""}},
		{FROM_CHAIN(CHAIN_WHEN("a", "min_amount = \"1.00 EUR\";") "," CHAIN_WHEN(
			 "b", "min_amount = \"1.00 EUR\"; max_amount = \"2.00 EUR\";")),
	         {"1:", "3: warning: chains[1]: wanted a place above \"a\""}},
		{FROM_CHAIN(CHAIN_WHEN("a", "supplier = [ \"x\", \"y\" ];") "," CHAIN_WHEN("b", "supplier = \"y\";")),
	         {"1:", "3: warning: chains[1]: wanted a place above \"a\", which takes every invoice that \"b\" would"}},
		{CALENDAR_OF_2026 ENDLESS "chains = ( { name = \"a\"; stages = (\n { name = \"s\"; approvers = [ \"user(a)\", "
	                                  "\"manager(user(b))\" ]; need = 3; ladder = \"l\"; } ); } );",
	         {"1:", "4: warning: chains[0].stages[0].need: wanted at most 2"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "max_amount = \"250.00 EUR\";") "," CHAIN_WHEN("b", "min_amount = \"300.00 EUR\";")),
	         {"1:", "3: warning: chains[1].when.min_amount: found \"300.00 EUR\", wanted an amount that leaves no gap to \"a\": those from 250.01 EUR to 299.99 EUR "
	                "take chain \"rest\""}},
		{FROM_CHAIN(CHAIN_WHEN("a", "min_amount = \"300.00 EUR\";") "," CHAIN_WHEN("b", "max_amount = \"299.98 EUR\";")),
	         {"1:", "3: warning: chains[1].when.max_amount: found \"299.98 EUR\", wanted an amount that leaves no gap to \"a\": those of 299.99 EUR take chain"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "max_amount = \"250.00 EUR\";") "," CHAIN_WHEN("b", "min_amount = \"250.00 EUR\"; max_amount = \"900.00 EUR\";")),
	         {"1:", "3: warning: chains[1].when.min_amount: found \"250.00 EUR\", wanted an amount outside \"a\": those of 250.00 EUR take that chain"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "kind = \"invoice\";") "," CHAIN_WHEN("b", "kind = \"credit-note\"; order = \"x\";") "," CHAIN_WHEN("c", "order = \"x\";")),
	         {"1:", "3: warning: chains[2]: wanted a place above \"a\" and \"b\", which together take every invoice that \"c\" would: it can never match"}},
		{CALENDAR_OF_2026 "ladders = { l = ( { name = \"a\"; at = \"start\"; }, { name = \"b\"; at = \"deadline\"; cc = \"group(x)\"; } ); };\n" CHAIN,
	         {"1:", "2: warning: ladders.l: wanted a rung with every and times = 0: after"}},
		{CALENDAR_OF_2026 "ladders = { l = ( { name = \"a\"; at = \"start\"; }, { name = \"b\"; at = \"deadline\"; add = \"manager(approver)\"; } ); };\n" CHAIN,
	         {"1:", "2: warning: ladders.l: wanted a rung with every and times = 0: after"}},
		{CALENDAR_OF_2026 LADDER CHAIN, {"1:", "2: warning: ladders.l: wanted a rung with every and times = 0, or one that tells somebody else"}},
		{CALENDAR_OF_2026 ENDLESS "chains = ( { name = \"a\"; stages = ( { name = \"s\"; approvers = \"group(a)\"; },\n{ name = \"t\"; approvers = \"group(b)\"; "
	                          "on_reject = \"previous\"; } ); } );",
	         {"1:"}},
		{CALENDAR_OF_2026 ENDLESS "chains = ( { name = \"a\"; stages = (\n{ name = \"s\"; approvers = \"group(a)\"; on_reject = \"previous\"; } ); } );",
	         {"1:", "4: warning: chains[0].stages[0].on_reject: found \"previous\", wanted close"}},
		/* a ladder or calendar of those that name none, or of an administration */
		{CALENDAR_OF_2026 "ladders = { l = ( { name = \"a\"; at = \"start\"; every = \"1bd\"; } ); m = ( { name = \"a\"; at = \"start\"; every = \"1bd\"; } ); };\n"
	                          "chains = ( { name = \"a\"; stages = ( { name = \"s\"; approvers = \"group(a)\"; } ); } );\n"
	                          "administrations = ( { name = \"A\"; ladder = \"m\"; } );",
	         {"1:"}},
		{"calendars = { nl = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; holidays = \"nl.ics\"; };\n"
	         "be = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; holidays = \"nl.ics\"; }; }; default_calendar = \"nl\";" ENDLESS CHAIN
	         "administrations = ( { name = \"A\"; calendar = \"be\"; } );",
	         {"1:", "2:"}},
#define BY_PAYMENT                                                                                                      \
	CALENDAR_OF_2026 "ladders = { l = ( { name = \"a\"; at = \"start\"; every = \"1bd\"; },\n{ name = \"b\"; at = \"payment-1bd\"; " \
	                 "} ); };\nchains = ( { name = \"a\"; stages = (\n{ name = \"s\"; approvers = \"group(a)\"; before = [ "  \
	                 "\"due-2bd\", \"payment\" ]; ladder = \"l\"; } ); } );"
		{BY_PAYMENT,
	         {"1:", "3: warning: ladders.l[1].at: wanted payment_runs beside it", "5: warning: chains[0].stages[0].before: wanted payment_runs"}},
		{BY_PAYMENT "payment_runs = \"Fri\";", {"1:"}},
		/* these can match, or may for all that is known */
		{FROM_CHAIN(CHAIN_WHEN("a", "max_amount = \"100.00 EUR\";") "," CHAIN_WHEN("b", "max_amount = \"250.00 EUR\";")),
	         {"1:"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "max_amount = \"250.00 EUR\";") "," CHAIN_WHEN("b", "max_amount = \"100.00 USD\";")),
	         {"1:"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "min_amount = \"2.00 EUR\";") "," CHAIN_WHEN("b", "min_amount = \"1.00 EUR\";")),
	         {"1:"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "min_amount = \"2.00 EUR\";") "," CHAIN_WHEN("b", "order = \"x\";")), {"1:"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "supplier = \"x\";") "," CHAIN_WHEN("b", "supplier = [ \"x\", \"y\" ];")), {"1:"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "supplier = \"x\"; order = \"y\";") "," CHAIN_WHEN("b", "supplier = \"x\";")),
	         {"1:"}},
		{CALENDAR_OF_2026 ENDLESS "chains = ( { name = \"a\"; stages = ( { name = \"s\"; approvers = [ \"group(a)\" ]; "
	                                  "need = 3; ladder = \"l\"; } ); } );",
	         {"1:"}},
		{CALENDAR_OF_2026 ENDLESS "chains = ( { name = \"a\"; stages = ( { name = \"s\"; approvers = [ \"user(a)\", "
	                                  "\"user(b)\" ]; need = 2; ladder = \"l\"; } ); } );",
	         {"1:"}},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Policy) policy = parse_well(cases[i].text);
		g_autoptr(Problems) problems = problems_new();
		policy_check_warnings(policy, date_from_ymd(2026, 11, 24), problems, "policy.conf");
		guint wanted = 0;
		while (wanted < G_N_ELEMENTS(cases[i].findings) && cases[i].findings[wanted])
			wanted++;
		for (guint j = 0; j < problems_count(problems); j++) {
			g_autofree char *text = problem_format(problems_get(problems, j));
			const char *finding = j < wanted ? cases[i].findings[j] : "none";
			if (!g_str_has_prefix(text + strlen("policy.conf:"), finding))
				g_error("%s\n%s", cases[i].text, text);
		}
		g_assert_cmpuint(problems_count(problems), ==, wanted);
		g_assert_false(problems_has_errors(problems));
	}
}

static void test_against_settings(void)
{
	static const char text[] = CALENDAR
		"ladders = { l = (\n"
		"  { name = \"a\"; at = \"start\"; to = [ \"approver\", \"mail(AKKOORD@example.nl)\" ]; cc = "
		"\"manager(lookup(nobody))\"; },\n"
		"  { name = \"b\"; at = \"start\"; cc = [ \"mail(bounce@example.nl)\", \"mail(other@example.nl)\" ]; reassign = \"lookup(new)\"; } ); };\n"
		"chains = ( { name = \"rest\"; stages = (\n"
		"  { name = \"s\"; approvers = [ \"lookup(known)\", \"lookup(budget)\" ]; fallback = \"lookup(other)\"; ladder = "
		"\"l\"; } ); } );\n";
	static const char *const findings[] = {
		"policy.conf:3: ladders.l[0].to[1]: found \"mail(AKKOORD@example.nl)\", wanted an address other than Akkoord's "
		"own",
		"policy.conf:3: ladders.l[0].cc[0]: found \"manager(lookup(nobody))\", wanted a lookup that directory.lookups of "
		"/x defines",
		"policy.conf:4: ladders.l[1].cc[0]: found \"mail(bounce@example.nl)\", wanted an address other than Akkoord's "
		"own",
		"policy.conf:4: ladders.l[1].reassign[0]: found \"lookup(new)\", wanted a lookup that directory.lookups of /x defines",
		"policy.conf:6: chains[0].stages[0].approvers[1]: found \"lookup(budget)\", wanted a lookup that "
		"directory.lookups of /x defines",
		"policy.conf:6: chains[0].stages[0].fallback[0]: found \"lookup(other)\", wanted a lookup that directory.lookups "
		"of /x defines",
	};
	char path[] = "/x", from[] = "akkoord@example.nl", bounce[] = "bounce@example.nl", known[] = "known";
	g_autoptr(GPtrArray) lookups = g_ptr_array_new();
	LookupSettings lookup = {.name = known};
	g_ptr_array_add(lookups, &lookup);
	const Settings settings = {.path = path, .mail_from_address = from, .mail_bounce = bounce, .lookups = lookups};
	g_autoptr(Policy) policy = parse_well(text);
	g_autoptr(Problems) problems = problems_new();
	policy_check_settings(policy, &settings, problems, "policy.conf");
	g_assert_cmpuint(problems_count(problems), ==, G_N_ELEMENTS(findings));
	for (guint i = 0; i < G_N_ELEMENTS(findings); i++) {
		g_autofree char *found = problem_format(problems_get(problems, i));
		g_assert_cmpstr(found, ==, findings[i]);
	}
}

static void test_authority(void)
{
	static const char text[] = CALENDAR LADDER "chains = ( { name = \"rest\"; stages = ( " STAGE ",\n"
						  "{ name = \"t\"; approvers = \"user(a)\"; authority = \"required\"; } ); } );";
	char path[] = "/x", address[] = "akkoord@example.nl", attribute[] = "employeeType";
	g_autoptr(GPtrArray) lookups = g_ptr_array_new();
	Settings settings = {.path = path, .mail_from_address = address, .mail_bounce = address, .lookups = lookups};
	g_autoptr(Policy) policy = parse_well(text);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(Problems) problems = problems_new();
		policy_check_settings(policy, &settings, problems, "policy.conf");
		g_assert_cmpuint(problems_error_count(problems), ==, 1 - i);
		settings.person_authority = attribute;
		if (i > 0)
			continue;
		g_autofree char *found = problem_format(problems_get(problems, 0));
		g_assert_true(g_str_has_prefix(found, "policy.conf:4: chains[0].stages[1].authority: found \"required\", wanted directory.person.authority in /x"));
	}
}

/* Warnings of currencies that nothing can be compared with, each with what it would take. */
static void test_currencies(void)
{
	static const struct {
		const char *text;
		const char *findings[2]; /* all of them */
	} cases[] = {
		{FROM_CHAIN(CHAIN_WHEN("a", "max_amount = \"250.00 EUR\";")), {NULL}},
		{FROM_CHAIN(CHAIN_WHEN("a", "max_amount = \"250.00 NOK\";")), {"policy.conf:3: warning: chains[0].when.max_amount: found \"NOK\", wanted a rate"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "min_amount = \"250.00 NOK\"; max_amount = \"300.00 NOK\";")),
	         {"policy.conf:3: warning: chains[0].when.min_amount: found \"NOK\", wanted a rate"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "currency = [ \"USD\", \"EUR\", \"N*\" ]; min_amount = \"1.00 SEK\";")),
	         {"policy.conf:3: warning: chains[0].when.currency: found \"USD\", wanted a rate", "policy.conf:3: warning: chains[0].when.min_amount: found \"SEK\""}},
		{FROM_CHAIN(CHAIN_WHEN("a", "currency = \"NOK\"; max_amount = \"250.00 NOK\";")) "rates = \"rates.csv\";", {NULL}},
		{FROM_CHAIN(CHAIN_WHEN("a", "accumulated = { supplier_within = \"30d\"; min_amount = \"5.00 SEK\"; };")),
	         {"policy.conf:3: warning: chains[0].when.accumulated.min_amount: found \"SEK\", wanted a rate"}},
		{FROM_CHAIN(CHAIN_WHEN("a", "max_amount = \"250.00 SEK\";")) "rates = \"rates.csv\";", {"policy.conf:3: warning: chains[0].when.max_amount: found \"SEK\""}},
	};
	char path[] = "/x", address[] = "akkoord@example.nl", currency[] = "EUR";
	g_autoptr(GPtrArray) lookups = g_ptr_array_new();
	const Settings settings = {.path = path, .mail_from_address = address, .mail_bounce = address, .lookups = lookups, .currency = currency};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Policy) policy = parse_well(cases[i].text);
		g_autoptr(Problems) problems = problems_new();
		policy_check_settings(policy, &settings, problems, "policy.conf");
		for (guint j = 0; j < problems_count(problems); j++) {
			g_autofree char *text = problem_format(problems_get(problems, j));
			if (j >= G_N_ELEMENTS(cases[i].findings) || !cases[i].findings[j] || !g_str_has_prefix(text, cases[i].findings[j]))
				g_error("%s\n%s", cases[i].text, text);
		}
		g_assert_cmpuint(problems_count(problems), ==, cases[i].findings[0] ? cases[i].findings[1] ? 2 : 1 : 0);
	}
}

static void test_example(void)
{
	const char *root = g_getenv("AKKOORD_SRCDIR");
	g_autofree char *path = g_build_filename(root ? root : ".", "etc/policy.conf", NULL);
	g_autofree char *text = NULL;
	gsize length;
	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Policy) policy = policy_parse(text, length, path, NULL, problems);
	if (problems_count(problems) > 0)
		g_error("%s", problem_format(problems_get(problems, 0)));
	g_assert_cmpuint(policy->chains->len, ==, 2);
	g_assert_cmpuint(policy_ladder(policy, "standard")->rungs->len, ==, 5);
	policy_check_warnings(policy, date_from_ymd(2026, 11, 24), problems, path);
	g_assert_cmpuint(problems_count(problems), ==, 1); /* it has no holidays yet */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/policy-file/defaults", test_defaults);
	g_test_add_func("/policy-file/whole", test_whole);
	g_test_add_func("/policy-file/refused", test_refused);
	g_test_add_func("/policy-file/all-options", test_all_options);
	g_test_add_func("/policy-file/no-reader", test_no_reader);
	g_test_add_func("/policy-file/file-names", test_file_names);
	g_test_add_func("/policy-file/read-beside", test_read_beside);
	g_test_add_func("/policy-file/rates", test_rates);
	g_test_add_func("/policy-file/currencies", test_currencies);
	g_test_add_func("/policy-file/authority", test_authority);
	g_test_add_func("/policy-file/payment-runs", test_payment_runs);
	g_test_add_func("/policy-file/warnings", test_warnings);
	g_test_add_func("/policy-file/against-settings", test_against_settings);
	g_test_add_func("/policy-file/example", test_example);
	return g_test_run();
}
