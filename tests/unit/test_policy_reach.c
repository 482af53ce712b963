/* Which invoices come to which chain: chains that none can take, alone or because several together take all, and amounts between chains. */
#include "config/policy_file.h"
#include "domain/policy_reach.h"

#include <string.h>

#define HEAD                                                                                   \
	"calendars = { nl = { timezone = \"UTC\"; work = \"Mon-Fri 08:30-17:30\"; }; };\n"     \
	"ladders = { l = ( { name = \"opened\"; at = \"start\"; } ); };\n"                     \
	"administrations = ( { name = \"Voorbeeld BV\"; }, { name = \"Ejemplo SL\"; } );\n"    \
	"chains = ( "
#define STAGES "stages = ( { name = \"s\"; approvers = \"user(a)\"; } );"
#define CHAIN(name, when) "{ name = \"" name "\"; when = { " when " }; " STAGES " }, "
#define REST "{ name = \"rest\"; " STAGES " } );"

/* "never c: a b", "gap b to a at min 250.01 EUR-299.99 EUR: rest", "overlap b with a at min 1.00 EUR-2.00 EUR" */
static char *reach_text(const Policy *policy, const Reach *reach)
{
	static const char *const types[] = {"never", "gap", "overlap"};
	const Chain *chain = policy->chains->pdata[reach->chain], *other = policy->chains->pdata[reach->other];
	GString *text = g_string_new(types[reach->type]);
	g_string_append_printf(text, " %s", chain->name);
	if (reach->type != REACH_NEVER) {
		g_autofree char *from = money_format(reach->from), *until = money_format(reach->until);
		g_string_append_printf(text, " to %s at %s %s-%s", other->name, reach->at_least ? "min" : "max", from, until);
	}
	for (guint i = 0; i < reach->takers->len; i++)
		g_string_append_printf(text, "%s%s", i == 0 ? ": " : " ", ((const Chain *)policy->chains->pdata[g_array_index(reach->takers, guint, i)])->name);
	return g_string_free(text, FALSE);
}

static char *found_in(const char *text)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Policy) policy = policy_parse(text, strlen(text), "policy.conf", NULL, problems);
	if (!policy) {
		g_autofree char *what = problems_format(problems);
		g_error("%s\n%s", text, what);
	}
	g_autoptr(GPtrArray) reaches = policy_reach(policy);
	GString *found = g_string_new(NULL);
	for (guint i = 0; i < reaches->len; i++) {
		g_autofree char *one = reach_text(policy, reaches->pdata[i]);
		g_string_append_printf(found, "%s%s", i > 0 ? "; " : "", one);
	}
	return g_string_free(found, FALSE);
}

#define LEAST(amount) "min_amount = \"" amount " EUR\";"
#define MOST(amount) "max_amount = \"" amount " EUR\";"

static const struct {
	const char *chains, *found;
} cases[] = {
	{CHAIN("a", MOST("250.00")), ""},
	/* one chain takes all */
	{CHAIN("a", MOST("250.00")) CHAIN("b", MOST("100.00") "order = \"x\";"), "never b: a"},
	{CHAIN("a", "supplier = [ \"x*\", \"y\" ];") CHAIN("b", "supplier = [ \"Xaver\", \"Y\" ];"), "never b: a"},
	{CHAIN("a", "supplier = [ \"x*\", \"y\" ];") CHAIN("b", "supplier = [ \"Xaver\", \"z\" ];"), ""},
	{CHAIN("a", "cost_centre = \"IT-*\";") CHAIN("b", "cost_centre = [ \"IT-[12]*\", \"IT-?\" ]; currency = \"EUR\";"), "never b: a"},
	{CHAIN("a", "cost_centre = \"IT-?*\";") CHAIN("b", "cost_centre = \"IT-*\";"), ""},
	{CHAIN("a", "cost_centre = \"*\";") CHAIN("b", LEAST("1.00")), ""}, /* an invoice without any */
	{CHAIN("a", "kind = \"inv*\";") CHAIN("b", "kind = \"invoice\"; order = \"x\";"), "never b: a"},
	{CHAIN("a", "kind = \"*\";") CHAIN("b", "order = \"x\";"), "never b: a; never rest: a"},
	{CHAIN("a", "administration = \"*\";") CHAIN("b", "administration = [ \"ejemplo*\" ];"), "never b: a"},
	{CHAIN("a", "administration = \"*\";") CHAIN("b", "order = \"x\";"), ""}, /* one of none */
	{CHAIN("a", "order = \"x\";") CHAIN("b", "order = \"x\"; supplier = \"y\";") CHAIN("c", "supplier = \"y\";"), "never b: a"},
	/* several together: by amounts, by kinds, by administrations, by patterns */
	{CHAIN("a", MOST("250.00")) CHAIN("b", LEAST("250.01")) CHAIN("c", "order = \"x\";"), "never c: a b; never rest: a b"},
	{CHAIN("a", MOST("250.00")) CHAIN("b", LEAST("250.01") MOST("300.00")) CHAIN("c", LEAST("100.00") MOST("299.00")), "never c: a b"},
	{CHAIN("a", MOST("250.00")) CHAIN("b", LEAST("250.01") "order = \"x\";") CHAIN("c", "order = \"x\"; supplier = \"y\";"), "never c: a b"},
	{CHAIN("a", MOST("250.00")) CHAIN("b", LEAST("250.01") "order = \"x\";") CHAIN("c", "order = \"y\";"), ""},
	{CHAIN("a", "kind = \"invoice\";") CHAIN("b", "kind = \"credit-note\";") CHAIN("c", "order = \"x\";"), "never c: a b; never rest: a b"},
	{CHAIN("a", "kind = \"invoice\";") CHAIN("b", "kind = \"credit-note\";" MOST("10.00")) CHAIN("c", MOST("5.00")), "never c: a b"},
	{CHAIN("a", "administration = \"V*\";") CHAIN("b", "administration = \"E*\";") CHAIN("c", "administration = \"*\"; order = \"x\";"), "never c: a b"},
	{CHAIN("a", "cost_centre = \"IT-*\";") CHAIN("b", "cost_centre = \"HR-*\";") CHAIN("c", "cost_centre = [ \"IT-1\", \"HR-2\" ];"), "never c: a b"},
	{CHAIN("a", "cost_centre = \"IT-*\";" MOST("9.99")) CHAIN("b", "cost_centre = \"*\";" LEAST("10.00")) CHAIN("c", "cost_centre = [ \"IT-1\", \"HR-2\" ];"), ""},
	{CHAIN("a", "cost_centre = \"IT-*\";" MOST("9.99")) CHAIN("b", "cost_centre = \"*\";" LEAST("10.00")) CHAIN("c", "cost_centre = \"IT-1\";"), "never c: a b"},
	/* amounts in different currencies cannot be laid side by side, but one without bounds takes all of them */
	{CHAIN("a", MOST("250.00")) CHAIN("b", "min_amount = \"250.01 USD\";") CHAIN("c", "order = \"x\";"), ""},
	{CHAIN("a", "order = \"x\";") CHAIN("b", "order = \"x\"; max_amount = \"1.00 USD\";"), "never b: a"},
	{CHAIN("a", MOST("250.00")) CHAIN("b", LEAST("250.01")) CHAIN("c", "max_amount = \"1.00 USD\";"), "never rest: a b"},
	/* sums */
#define SUM(within, amount) "accumulated = { supplier_within = \"" within "\"; min_amount = \"" amount " EUR\"; };"
	{CHAIN("a", SUM("30d", "5000.00")) CHAIN("b", SUM("10d", "6000.00") "order = \"x\";"), "never b: a"},
	{CHAIN("a", SUM("30d", "5000.00")) CHAIN("b", SUM("31d", "6000.00")), ""},
	{CHAIN("a", SUM("30d", "5000.00")) CHAIN("b", SUM("1w", "6000.00")), ""}, /* days and weeks are not compared */
	{CHAIN("a", SUM("30d", "5000.00")) CHAIN("b", LEAST("5000.00")), ""}, /* a credit note adds nothing */
	{CHAIN("a", SUM("30d", "5000.00")) CHAIN("b", LEAST("5000.00") "kind = \"invoice\";"), "never b: a"},
	{CHAIN("a", SUM("30d", "5000.00")) CHAIN("b", LEAST("4999.99") "kind = \"invoice\";"), ""},
	/* gaps: minor units matter, and who gets what is between */
	{CHAIN("a", MOST("250.00")) CHAIN("b", LEAST("250.01") MOST("900.00")), ""},
	{CHAIN("a", MOST("250.00")) CHAIN("b", LEAST("250.02") MOST("900.00")), "gap b to a at min 250.01 EUR-250.01 EUR: rest"},
	{CHAIN("a", MOST("250.00")) CHAIN("b", LEAST("300.00")), "gap b to a at min 250.01 EUR-299.99 EUR: rest"},
	{CHAIN("a", LEAST("300.00")) CHAIN("b", MOST("250.00")), "gap b to a at max 250.01 EUR-299.99 EUR: rest"},
	{CHAIN("a", MOST("1.00") "order = \"x\";") CHAIN("b", LEAST("3.00") "order = \"x\";") CHAIN("c", "order = [ \"x\", \"y\" ];"),
         "gap b to a at min 1.01 EUR-2.99 EUR: c"},
	{CHAIN("a", MOST("1.00") "order = \"x\";") CHAIN("m", LEAST("1.01") MOST("2.99")) CHAIN("b", LEAST("3.00") "order = \"x\";"), ""}, /* filled on purpose */
	{CHAIN("a", MOST("1.00")) CHAIN("b", LEAST("2.00") MOST("3.00")) CHAIN("c", LEAST("5.00")),
         "gap b to a at min 1.01 EUR-1.99 EUR: rest; gap c to b at min 3.01 EUR-4.99 EUR: rest"},
	{CHAIN("a", MOST("250.00") "order = \"x\";") CHAIN("b", LEAST("300.00") "order = \"y\";"), ""},
	{CHAIN("a", MOST("250.00")) CHAIN("b", "min_amount = \"300.00 USD\";"), ""},
	/* overlaps: only of a bound that was said for nothing */
	{CHAIN("a", MOST("250.00")) CHAIN("b", LEAST("250.00") MOST("900.00")), "overlap b to a at min 250.00 EUR-250.00 EUR"},
	{CHAIN("a", MOST("250.00")) CHAIN("b", LEAST("200.00")), "overlap b to a at min 200.00 EUR-250.00 EUR; never rest: a b"},
	{CHAIN("a", LEAST("1000.00")) CHAIN("b", LEAST("250.00") MOST("1000.00")), "overlap b to a at max 1000.00 EUR-1000.00 EUR"},
	{CHAIN("a", MOST("100.00")) CHAIN("b", MOST("250.00")) CHAIN("c", MOST("900.00")), ""}, /* the first that fits is the way of it */
	{CHAIN("a", LEAST("1000.00")) CHAIN("b", LEAST("250.00")), ""},
};

static void test_cases(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strconcat(HEAD, cases[i].chains, REST, NULL);
		g_autofree char *found = found_in(text);
		if (strcmp(found, cases[i].found) != 0)
			g_error("%s\nwanted: %s\n   got: %s", cases[i].chains, cases[i].found, found);
	}
}

/* More combinations than are looked at: nothing is said, in no time. */
static void test_very_many(void)
{
	g_autoptr(GString) list = g_string_new("\"p0\"");
	for (guint i = 1; i < 60; i++)
		g_string_append_printf(list, ", \"p%u\"", i);
	g_autofree char *text = g_strdup_printf(HEAD "{ name = \"a\"; when = { supplier = [ %s ]; order = [ %s ]; cost_centre = [ %s ]; }; " STAGES
	                                             " }, { name = \"b\"; when = { supplier = [ %s ]; order = [ %s ]; cost_centre = [ %s ]; }; " STAGES " }, " REST,
	                                        list->str, list->str, list->str, list->str, list->str, list->str);
	g_autofree char *found = found_in(text);
	g_assert_cmpstr(found, ==, "never b: a");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/policy-reach/cases", test_cases);
	g_test_add_func("/policy-reach/very-many", test_very_many);
	return g_test_run();
}
