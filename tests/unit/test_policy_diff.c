/* Policies side by side: each setting there is, things that come, go and change places, and texts that differ and say the same. */
#include "config/policy_options.h"
#include "domain/policy_diff.h"

#include "base/error.h"
#include "ics/ical.h"

#include <string.h>

static const char usual[] =
	"calendars = {\n"
	"  nl = { timezone = \"Europe/Amsterdam\"; work = [ \"Mon-Fri 08:30-12:30\", \"Mon-Fri 13:00-17:30\" ]; holidays = \"few.ics\"; countries = \"NL\"; };\n"
	"  es = { timezone = \"Europe/Madrid\"; work = [ \"Mon-Thu 08:00-17:00\", \"Fri 08:00-15:00\" ]; };\n"
	"};\n"
	"default_calendar = \"nl\"; rates = \"rates.csv\";\n"
	"administrations = ( { name = \"Voorbeeld BV\"; buyer = \"NL1\"; calendar = \"nl\"; } );\n"
	"channels = { sms = { url = \"https://sms.example/send\"; to = \"mobile\"; }; };\n"
	"ladders = {\n"
	"  standard = ( { name = \"opened\"; at = \"start\"; tone = \"new\"; }, { name = \"nudge\"; at = \"start+1bd\"; } );\n"
	"  gentle = ( { name = \"opened\"; at = \"start\"; } );\n"
	"};\n"
	"chains = (\n"
	"  { name = \"it\"; when = { cost_centre = \"IT-*\"; }; stages = (\n"
	"    { name = \"budget holder\"; approvers = \"lookup(budget)\"; ladder = \"standard\"; },\n"
	"    { name = \"controller\"; approvers = \"group(controllers)\"; within = \"2bd\"; ladder = \"standard\"; } ); },\n"
	"  { name = \"rest\"; stages = ( { name = \"s\"; approvers = \"user(anna)\"; ladder = \"gentle\"; } ); }\n"
	");\n";

#define EVENT(day) "BEGIN:VEVENT\r\nUID:" day "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:" day "\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
#define ICS(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n" events "END:VCALENDAR\r\n"

static GBytes *read_known(const char *name, G_GNUC_UNUSED gconstpointer user_data, GError **error)
{
	static const struct {
		const char *name, *text;
	} known[] = {
		{"few.ics", ICS(EVENT("20261225"))},
		{"more.ics", ICS(EVENT("20261231") EVENT("20261225") EVENT("20270101"))},
		{"other.ics", ICS(EVENT("20270427"))},
		{"many.ics", ICS(EVENT("20261225") EVENT("20270101") EVENT("20270102") EVENT("20270103") EVENT("20270104") EVENT("20270105")
	                         EVENT("20270106") EVENT("20270107"))},
		{"text.json", "{ \"text\": \"{{text}}\" }"},
		{"rates.csv", "currency,rate\nNOK,0.0853\nSEK,0.09\n"},
		{"same.csv", "currency,rate\nSEK,0.090\n\n# the same\nNOK,.08530\n"},
		{"new.csv", "currency,rate\nNOK,0.0860\nUSD,0.92\n"},
	};
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

static Policy *parse(const char *text)
{
	const PolicyFiles files = {.read = read_known, .holidays = read_holidays, .currency = "EUR"};
	g_autoptr(Problems) problems = problems_new();
	Policy *policy = policy_parse(text, strlen(text), "policy.conf", &files, problems);
	if (!policy) {
		g_autofree char *what = problems_format(problems);
		g_error("%s", what);
	}
	return policy;
}

/* "where: what: from > to", or with new, gone, +N, -N. */
static char *change_text(const PolicyChange *change)
{
	const char *from = change->from ? change->from : "none", *to = change->to ? change->to : "none";
	g_autofree char *place = g_strconcat(change->where ? change->where : "", change->where ? ": " : "", change->what, NULL);
	switch (change->type) {
	case POLICY_CHANGED:
		return g_strdup_printf("%s: %s > %s", place, from, to);
	case POLICY_NEW:
		return g_strdup_printf("%s new: %s", place, to);
	case POLICY_GONE:
		return g_strdup_printf("%s gone", place);
	case POLICY_MORE:
		return g_strdup_printf("%s +%u: %s", place, change->count, to);
	case POLICY_FEWER:
		return g_strdup_printf("%s -%u: %s", place, change->count, from);
	}
	return NULL;
}

static char *diff_text(const char *older, const char *newer)
{
	g_autoptr(Policy) before = parse(older);
	g_autoptr(Policy) after = parse(newer);
	g_autoptr(GPtrArray) changes = policy_diff(before, after);
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < changes->len; i++) {
		g_autofree char *change = change_text(changes->pdata[i]);
		g_string_append_printf(text, "%s%s", text->len ? "\n" : "", change);
	}
	return g_string_free(text, FALSE);
}

/* The text with another in place of what stands there once. */
static char *edited(const char *text, const char *old, const char *new)
{
	const char *place = strstr(text, old);
	g_assert_nonnull(place);
	g_assert_null(strstr(place + strlen(old), old));
	g_autofree char *before = g_strndup(text, (gsize)(place - text));
	return g_strconcat(before, new, place + strlen(old), NULL);
}

static const struct {
	const char *old, *new, *forth, *back;
} edits[] = {
	/* the whole */
	{"default_calendar = \"nl\"", "default_calendar = \"es\"", "default_calendar: nl > es", "default_calendar: es > nl"},
	{"default_calendar", "slots = [ ]; default_calendar", "slots: 09:00, 14:00 > none", "slots: none > 09:00, 14:00"},
	{"default_calendar", "grace = \"1bd\"; default_calendar", "grace: 4bh > 1bd", "grace: 1bd > 4bh"},
	{"default_calendar", "max_per_day = 3; default_calendar", "max_per_day: 6 > 3", "max_per_day: 3 > 6"},
	{"default_calendar", "invites = \"none\"; default_calendar", "invites: day > none", "invites: none > day"},
	{"default_calendar", "invites = \"approval\"; default_calendar", "invites: day > approval", "invites: approval > day"},
	{"default_calendar", "hourly_budget = 20; default_calendar", "hourly_budget: 5000 > 20", "hourly_budget: 20 > 5000"},
	{"default_calendar", "mass_change = 50; default_calendar", "mass_change: 20 > 50", "mass_change: 50 > 20"},
	{"default_calendar", "attach = \"document\"; default_calendar", "attach: none > document", "attach: document > none"},
	{"default_calendar", "attach_max_mb = 2; default_calendar", "attach_max_mb: 5 > 2", "attach_max_mb: 2 > 5"},
	{"default_calendar", "thanks = \"others\"; default_calendar", "thanks: none > others", "thanks: others > none"},
	{"default_calendar", "summary = \"Fri 16:00\"; default_calendar", "summary: Mon 09:00 > Fri 16:00", "summary: Fri 16:00 > Mon 09:00"},
	{"default_calendar", "payment_runs = [ \"Fri\", \"Tue\" ]; default_calendar", "payment_runs: none > Tue, Fri", "payment_runs: Tue, Fri > none"},
	{"default_calendar", "due_days = 30; default_calendar", "due_days: 0 > 30", "due_days: 30 > 0"},
	{"default_calendar", "supplier_terms = [ \"NL8* 60\", \"Vos 14\" ]; default_calendar", "supplier_terms: none > NL8* 60, Vos 14", "supplier_terms: NL8* 60, Vos 14 > none"},
	{"default_calendar", "allow_self = true; default_calendar", "allow_self: false > true", "allow_self: true > false"},
	{"default_calendar", "credit_note_ladder = \"gentle\"; default_calendar", "credit_note_ladder: none > gentle", "credit_note_ladder: gentle > none"},
	{"rates = \"rates.csv\";", "", "rates: rates.csv > none\nrate of NOK gone\nrate of SEK gone",
         "rates: none > rates.csv\nrate of NOK new: 0.0853\nrate of SEK new: 0.09"},
	{"rates.csv", "same.csv", "rates: rates.csv > same.csv", "rates: same.csv > rates.csv"},
	{"rates.csv", "new.csv", "rates: rates.csv > new.csv\nrate of SEK gone\nrate of NOK: 0.0853 > 0.0860\nrate of USD new: 0.92",
         "rates: new.csv > rates.csv\nrate of USD gone\nrate of NOK: 0.0860 > 0.0853\nrate of SEK new: 0.09"},
	/* calendars */
	{"Europe/Madrid", "Atlantic/Canary", "calendar es: timezone: Europe/Madrid > Atlantic/Canary", "calendar es: timezone: Atlantic/Canary > Europe/Madrid"},
	{"Fri 08:00-15:00", "Fri 08:00-17:00", "calendar es: work: Mon-Thu 08:00-17:00, Fri 08:00-15:00 > Mon-Fri 08:00-17:00",
         "calendar es: work: Mon-Fri 08:00-17:00 > Mon-Thu 08:00-17:00, Fri 08:00-15:00"},
	{"Fri 08:00-15:00", "Fri,Sun 00:00-24:00",
         "calendar es: work: Mon-Thu 08:00-17:00, Fri 08:00-15:00 > Mon-Thu 08:00-17:00, Fri 00:00-24:00, Sun 00:00-24:00", NULL},
	{"countries = \"NL\"", "countries = [ \"NL\", \"BE\" ]", "calendar nl: countries: NL > NL, BE", "calendar nl: countries: NL, BE > NL"},
	{"countries = \"NL\"", "people = \"group(board)\"", "calendar nl: countries: NL > none\ncalendar nl: people: none > group(board)", NULL},
	{"few.ics", "more.ics", "calendar nl: holidays +2: 2026-12-31, 2027-01-01", "calendar nl: holidays -2: 2026-12-31, 2027-01-01"},
	{"few.ics", "other.ics", "calendar nl: holidays +1: 2027-04-27\ncalendar nl: holidays -1: 2026-12-25",
         "calendar nl: holidays +1: 2026-12-25\ncalendar nl: holidays -1: 2027-04-27"},
	{"few.ics", "many.ics", "calendar nl: holidays +7: 2027-01-01, 2027-01-02, 2027-01-03, 2027-01-04, 2027-01-05, 2027-01-06, …", NULL},
	{"  es = {", "  fr = { timezone = \"Europe/Paris\"; work = \"Mon-Fri 09:00-17:00\"; countries = \"FR\"; }; es = {",
         "calendar fr new: timezone Europe/Paris, work Mon-Fri 09:00-17:00, countries FR", "calendar fr gone"},
	/* administrations */
	{"buyer = \"NL1\"", "buyer = [ \"NL1\", \"0106:1\" ]", "administration Voorbeeld BV: buyer: NL1 > NL1, 0106:1", "administration Voorbeeld BV: buyer: NL1, 0106:1 > NL1"},
	{"calendar = \"nl\"; }", "calendar = \"es\"; folder = \"in\"; ladder = \"gentle\"; }",
         "administration Voorbeeld BV: folder: none > in\nadministration Voorbeeld BV: calendar: nl > es\nadministration Voorbeeld BV: ladder: none > gentle", NULL},
	{"calendar = \"nl\"; }", "calendar = \"nl\"; roles = { admin = \"user(a)\"; auditor = [ \"group(x)\", \"user(b)\" ]; }; }",
         "administration Voorbeeld BV: roles admin: none > user(a)\nadministration Voorbeeld BV: roles auditor: none > group(x), user(b)", NULL},
	{"calendar = \"nl\"; }", "calendar = \"nl\"; reminders = false; }", "administration Voorbeeld BV: reminders: true > false",
         "administration Voorbeeld BV: reminders: false > true"},
	{"{ name = \"Voorbeeld BV\"", "{ name = \"Ejemplo SL\"; buyer = \"ESB1\"; }, { name = \"X\"; folder = \"x\"; reminders = false; }, { name = \"Voorbeeld BV\"",
         "administration Ejemplo SL new: buyer ESB1, reminders true\nadministration X new: folder x", "administration Ejemplo SL gone\nadministration X gone"},
	/* ladders */
	{"at = \"start+1bd\"", "at = \"deadline-4bh\"", "ladder standard, rung nudge: at: start+1bd > deadline-4bh", "ladder standard, rung nudge: at: deadline-4bh > start+1bd"},
	{"at = \"start+1bd\"", "at = \"start+1bd\"; send = [ \"invite\", \"mail\" ]", "ladder standard, rung nudge: send: mail > mail, invite", NULL},
	{"at = \"start+1bd\"", "at = \"start+1bd\"; tone = \"firm\"", "ladder standard, rung nudge: tone: friendly > firm", NULL},
	{"at = \"start+1bd\"", "at = \"start+1bd\"; to = [ \"approver\", \"manager( approver )\" ]; cc = \"mail(a@b.nl)\"",
         "ladder standard, rung nudge: to: approver > approver, manager(approver)\nladder standard, rung nudge: cc: none > mail(a@b.nl)", NULL},
	{"at = \"start+1bd\"", "at = \"start+1bd\"; add = \"manager(approver)\"", "ladder standard, rung nudge: add: none > manager(approver)",
         "ladder standard, rung nudge: add: manager(approver) > none"},
	{"at = \"start+1bd\"", "at = \"start+1bd\"; reassign = [ \"user(b)\", \"group(x)\" ]", "ladder standard, rung nudge: reassign: none > user(b), group(x)", NULL},
	{"at = \"start+1bd\"", "at = \"start+1bd\"; urgent = true", "ladder standard, rung nudge: urgent: false > true", NULL},
	{"at = \"start+1bd\"", "at = \"start+1bd\"; anytime = true", "ladder standard, rung nudge: anytime: false > true", NULL},
	{"at = \"start+1bd\"", "at = \"start+1bd\"; every = \"1bd\"; times = 3",
         "ladder standard, rung nudge: every: none > 1bd\nladder standard, rung nudge: times: 1 > 3", NULL},
	{"{ name = \"nudge\"", "{ name = \"late\"; at = \"deadline\"; cc = \"group(x)\"; urgent = true; }, { name = \"nudge\"",
         "ladder standard: rung late new: at deadline, send mail, tone friendly, to approver, cc group(x), urgent true, times 1", "ladder standard: rung late gone"},
	{"\"nudge\"", "\"poke\"", "ladder standard: rung nudge gone\nladder standard: rung poke new: at start+1bd, send mail, tone friendly, to approver, times 1", NULL},
	{"{ name = \"opened\"; at = \"start\"; tone = \"new\"; }, { name = \"nudge\"; at = \"start+1bd\"; }",
         "{ name = \"nudge\"; at = \"start+1bd\"; }, { name = \"opened\"; at = \"start\"; tone = \"new\"; }",
         "ladder standard: order of rungs: opened, nudge > nudge, opened", "ladder standard: order of rungs: nudge, opened > opened, nudge"},
	{"  gentle = (", "  idle = ( ); hard = ( { name = \"a\"; at = \"start\"; } ); gentle = (", "ladder idle new: none\nladder hard new: rungs a",
         "ladder idle gone\nladder hard gone"},
	/* channels */
	{"at = \"start+1bd\"", "at = \"start+1bd\"; send = [ \"invite\", \"sms\", \"mail\", \"sms\" ]", "ladder standard, rung nudge: send: mail > mail, invite, sms", NULL},
	{"sms.example/send", "sms.example/v2/{{uid}}", "channel sms: url: https://sms.example/send > https://sms.example/v2/{{uid}}", NULL},
	{"to = \"mobile\"", "to = \"mobile\"; method = \"PUT\"; headers = [ \"X-A: b\" ]",
         "channel sms: method: POST > PUT\nchannel sms: headers: none > X-A: b", NULL},
	{"to = \"mobile\"", "to = \"uid\"; per = \"reminder\"; timeout = \"1min\"",
         "channel sms: to: mobile > uid\nchannel sms: per: person > reminder\nchannel sms: timeout: 10s > 60s", NULL},
	{"to = \"mobile\"", "to = \"mobile\"; body = \"text.json\"; content_type = \"application/vnd.x+json\"",
         "channel sms: body: json > text.json\nchannel sms: template: none > 22 bytes, cecc6079\nchannel sms: content_type: none > application/vnd.x+json", NULL},
	{"channels = { sms", "channels = { chat = { url = \"https://chat.example/\"; }; sms", "channel chat new: url https://chat.example/, method POST, body json, to none, per person, timeout 10s",
         "channel chat gone"},
	/* chains */
	{"cost_centre = \"IT-*\"", "cost_centre = [ \"IT-*\", \"4100\" ]", "chain it: when cost_centre: IT-* > IT-*, 4100", NULL},
	{"cost_centre = \"IT-*\"", "supplier = \"NL8*\"; kind = \"invoice\"; buyer_reference = \"b\"; order = \"o\"; currency = \"EUR\"",
         "chain it: when supplier: none > NL8*\nchain it: when kind: none > invoice\nchain it: when cost_centre: IT-* > none\n"
         "chain it: when buyer_reference: none > b\nchain it: when order: none > o\nchain it: when currency: none > EUR",
         NULL},
	{"cost_centre = \"IT-*\"", "cost_centre = \"IT-*\"; min_amount = \"0.00 EUR\"; max_amount = \"250.0 EUR\"",
         "chain it: when min_amount: none > 0.00 EUR\nchain it: when max_amount: none > 250.00 EUR", NULL},
	{"cost_centre = \"IT-*\"", "administration = \"Voor*\"; accumulated = { supplier_within = \"30d\"; min_amount = \"5000.00 EUR\"; }; cost_centre = \"IT-*\"",
         "chain it: when administration: none > Voor*\nchain it: when accumulated supplier_within: none > 30d\nchain it: when accumulated min_amount: none > 5000.00 EUR",
         NULL},
	{"{ name = \"it\";", "{ name = \"small\"; when = { max_amount = \"1.00 EUR\"; }; stages = ( { name = \"s\"; approvers = \"user(a)\"; ladder = \"gentle\"; } ); }, { name = \"it\";",
         "chain small new: when max_amount 1.00 EUR; stages s", "chain small gone"},
	{"{ name = \"controller\"; approvers = \"group(controllers)\"; within = \"2bd\"; ladder = \"standard\"; }",
         "{ name = \"controller\"; approvers = \"group(controllers)\"; within = \"3bd\"; ladder = \"standard\"; }",
         "chain it, stage controller: within: 2bd > 3bd", "chain it, stage controller: within: 3bd > 2bd"},
	{"approvers = \"user(anna)\"", "approvers = [ \"user(anna)\", \"group(x)\" ]", "chain rest, stage s: approvers: user(anna) > user(anna), group(x)", NULL},
	{"approvers = \"user(anna)\"", "approvers = \"user(anna)\"; fallback = \"group(x)\"", "chain rest, stage s: fallback: none > group(x)", NULL},
	{"approvers = \"user(anna)\"", "approvers = \"user(anna)\"; need = \"all\"", "chain rest, stage s: need: any > all", NULL},
	{"approvers = \"user(anna)\"", "approvers = \"user(anna)\"; need = 2", "chain rest, stage s: need: any > 2", NULL},
	{"approvers = \"user(anna)\"", "approvers = \"user(anna)\"; at_least = \"0bd\"", "chain rest, stage s: at_least: 1bd > 0bd", NULL},
	{"approvers = \"user(anna)\"", "approvers = \"user(anna)\"; before = [ \"payment\", \"due-2bd\" ]", "chain rest, stage s: before: none > payment, due-2bd", NULL},
	{"approvers = \"user(anna)\"; ladder = \"gentle\"", "approvers = \"user(anna)\"; ladder = \"standard\"", "chain rest, stage s: ladder: gentle > standard", NULL},
	{"approvers = \"user(anna)\"", "approvers = \"user(anna)\"; distinct = true", "chain rest, stage s: distinct: false > true", NULL},
	{"approvers = \"user(anna)\"", "approvers = \"user(anna)\"; authority = \"required\"", "chain rest, stage s: authority: when-stated > required", NULL},
	{"approvers = \"user(anna)\"", "approvers = \"user(anna)\"; on_reject = \"previous\"", "chain rest, stage s: on_reject: close > previous", NULL},
	{"approvers = \"user(anna)\"", "approvers = \"user(anna)\"; opens = \"booked\"", "chain rest, stage s: opens: approved > booked",
         "chain rest, stage s: opens: booked > approved"},
	{"approvers = \"user(anna)\"; ladder = \"gentle\"", "approvers = \"user(anna)\"", "chain rest, stage s: ladder: gentle > none", NULL},
	{"{ name = \"s\";", "{ name = \"first\"; approvers = \"user(b)\"; ladder = \"gentle\"; }, { name = \"s\";",
         "chain rest: stage first new: approvers user(b), need any, within 5bd, at_least 1bd, ladder gentle, authority when-stated", "chain rest: stage first gone"},
	/* the same in other words */
	{"rates = \"rates.csv\";", "rates = \"rates.csv\"; grace = \"4bh\"; # as ever\n", "", ""},
	{"[ \"Mon-Fri 08:30-12:30\", \"Mon-Fri 13:00-17:30\" ]", "[ \"Mon,Tue,Wed,Thu 13:00-17:30\", \"Fri 13:00-17:30\", \"Mon-Fri 08:30-12:30\" ]", "", ""},
	{"approvers = \"user(anna)\"", "need = \"any\"; within = \"5bd\"; approvers = [ \"user( anna )\" ]", "", ""},
};

static void test_edits(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(edits); i++) {
		g_autofree char *newer = edited(usual, edits[i].old, edits[i].new);
		g_autofree char *forth = diff_text(usual, newer);
		g_assert_cmpstr(forth, ==, edits[i].forth);
		g_autofree char *back = diff_text(newer, usual);
		if (edits[i].back)
			g_assert_cmpstr(back, ==, edits[i].back);
		g_assert_cmpint(*back != '\0', ==, *forth != '\0');
		g_autofree char *same = diff_text(newer, newer);
		g_assert_cmpstr(same, ==, "");
	}
}

static void test_order_of_chains(void)
{
	static const char head[] = "calendars = { nl = { timezone = \"UTC\"; work = \"Mon 08:00-09:00\"; }; };\nladders = { l = ( ); };\nchains = (";
#define CHAIN(name, when) "{ name = \"" name "\"; " when " stages = ( { name = \"s\"; approvers = \"user(a)\"; ladder = \"l\"; } ); }"
	static const char a[] = CHAIN("a", "when = { order = \"1\"; };"), b[] = CHAIN("b", "when = { order = \"2\"; };"), rest[] = CHAIN("rest", "");
	g_autofree char *older = g_strconcat(head, a, ", ", b, ", ", rest, ");", NULL);
	g_autofree char *newer = g_strconcat(head, b, ", ", a, ", ", rest, ");", NULL);
	g_autofree char *text = diff_text(older, newer);
	g_assert_cmpstr(text, ==, "order of chains: a, b, rest > b, a, rest");
	g_autofree char *without = g_strconcat(head, b, ", ", rest, ");", NULL);
	g_autofree char *gone = diff_text(older, without);
	g_assert_cmpstr(gone, ==, "chain a gone"); /* what stays stays in order */
}

/* The last member of a change's path, as the option tables name it. */
static gboolean is_told(const char *option)
{
	for (guint i = 0; i < G_N_ELEMENTS(edits); i++) {
		g_auto(GStrv) lines = g_strsplit(edits[i].forth, "\n", -1);
		for (guint j = 0; lines[j]; j++) {
			g_autofree char *setting = g_strconcat(": ", lines[j], NULL);
			g_autofree char *plain = g_strdup_printf(": %s: ", option);
			g_autofree char *condition = g_strdup_printf(": when %s: ", option);
			g_autofree char *sum = g_strdup_printf(": when accumulated %s: ", option);
			g_autofree char *role = g_strdup_printf(": roles %s: ", option);
			g_autofree char *days = g_strdup_printf(": %s +", option);
			if (strstr(setting, plain) || strstr(setting, condition) || strstr(setting, sum) || strstr(setting, role) || strstr(setting, days))
				return TRUE;
		}
	}
	return FALSE;
}

static void check_options(const Option *table)
{
	for (const Option *option = table; option->name; option++) {
		if (option->type == OPTION_LATER || option->without_effect)
			continue;
		if (option->members)
			check_options(option->members);
		else if (strcmp(option->name, "name") != 0 && !is_told(option->name))
			g_error("no case above changes the setting %s: does policy_diff() know it?", option->name);
	}
}

/* What is added to the option tables must be added to the diff. */
static void test_every_option(void)
{
	check_options(policy_options());
}

static void test_names(void)
{
	g_assert_cmpstr(policy_change_name(POLICY_CHANGED), ==, "changed");
	g_assert_cmpstr(policy_change_name(POLICY_FEWER), ==, "fewer");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/policy-diff/edits", test_edits);
	g_test_add_func("/policy-diff/order-of-chains", test_order_of_chains);
	g_test_add_func("/policy-diff/every-option", test_every_option);
	g_test_add_func("/policy-diff/names", test_names);
	return g_test_run();
}
