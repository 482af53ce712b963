/* Invoices as records: where each member goes, and what is wrong with a file. */
#include "intake/invoice_lines.h"

#include <string.h>

static const char whole[] =
	"{\"supplier\":\"Cloudhaven\",\"number\":\"2026-1187\",\"received\":\"2026-12-01T09:00:00+01:00\",\"due_date\":\"2026-12-30\",\"discount_date\":\"2026-12-10\","
	"\"gross\":\"1234.50\",\"currency\":\"EUR\",\"cost_centres\":[\"IT-100\",\"IT-200\",\"IT-100\"],\"buyer_reference\":\"BR\",\"order\":\"PO-1\",\"requester\":\"anna\","
	"\"administration\":\"Voorbeeld BV\",\"kind\":\"credit-note\"}\n"
	"{\"supplier\":\"Cloudhaven\",\"number\":\"2026-1187\",\"gross\":\"-5\",\"currency\":\"JPY\"}\n";

static void test_whole(void)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(GPtrArray) invoices = invoice_lines_parse(whole, strlen(whole), "invoices", problems);
	g_assert_nonnull(invoices);
	g_assert_cmpuint(invoices->len, ==, 2);
	const InvoiceLine *first = invoices->pdata[0], *second = invoices->pdata[1];
	const InvoiceFacts *facts = first->facts;
	g_autofree char *received = instant_format(first->received), *due = date_format(facts->due_date), *discount = date_format(invoice_discount_date(facts));
	g_assert_cmpstr(received, ==, "2026-12-01T08:00:00Z");
	g_assert_cmpstr(due, ==, "2026-12-30");
	g_assert_cmpstr(discount, ==, "2026-12-10");
	g_assert_cmpstr(facts->administration, ==, "Voorbeeld BV");
	g_assert_cmpstr(facts->supplier.name, ==, "Cloudhaven");
	g_assert_cmpstr(facts->number, ==, "2026-1187");
	g_assert_cmpstr(facts->buyer_reference, ==, "BR");
	g_assert_cmpstr(facts->order_reference, ==, "PO-1");
	g_assert_cmpstr(facts->requester, ==, "anna");
	g_assert_cmpint(facts->kind, ==, INVOICE_KIND_CREDIT_NOTE);
	g_assert_cmpuint(facts->cost_references->len, ==, 2);
	Money amount;
	g_assert_true(invoice_facts_amount(facts, &amount, NULL));
	g_assert_cmpint(amount.minor, ==, 123450);
	g_assert_cmpint(second->received, ==, INSTANT_NONE);
	g_assert_false(date_is_set(second->facts->due_date));
	g_assert_false(date_is_set(invoice_discount_date(second->facts)));
	g_assert_true(invoice_facts_amount(second->facts, &amount, NULL));
	g_assert_cmpint(amount.minor, ==, 5);
}

#define INVOICE(members) "{\"supplier\":\"S\",\"number\":\"1\"," members "}\n"

static void test_wrong(void)
{
	static const struct {
		const char *text;
		const char *findings[3]; /* how they begin; all of them */
	} cases[] = {
		{"{}", {"f:1: supplier: wanted a string", "f:1: number: wanted a string"}},
		{INVOICE("\"gross\":\"1\",\"currency\":\"EURO\""), {"f:1: currency: found \"EURO\", wanted a currency of ISO 4217"}},
		{INVOICE("\"gross\":\"1,50\",\"currency\":\"EUR\""), {"f:1: gross: found \"1,50\", wanted a decimal amount"}},
		{INVOICE("\"gross\":\"1e3\",\"currency\":\"EUR\""), {"f:1: gross: found \"1e3\", wanted a decimal amount"}},
		{INVOICE("\"gross\":\"1.505\",\"currency\":\"EUR\""), {"f:1: gross: found \"1.505\", wanted at most 2 digits after the point, as EUR has"}},
		{INVOICE("\"gross\":\"1.5\",\"currency\":\"JPY\""), {"f:1: gross: found \"1.5\", wanted at most 0 digits"}},
		{INVOICE("\"gross\":1.5,\"currency\":\"EUR\""), {"f:1: gross: found \"1.5\", wanted a string"}},
		{INVOICE("\"gross\":\"1\",\"currency\":\"EUR\",\"received\":\"2026-12-01\""), {"f:1: received: found \"2026-12-01\", wanted a time such as"}},
		{INVOICE("\"gross\":\"1\",\"currency\":\"EUR\",\"due_date\":\"2026-11-31\",\"discount_date\":\"1-1\""),
	         {"f:1: due_date: found \"2026-11-31\", wanted a date", "f:1: discount_date: found \"1-1\""}},
		{INVOICE("\"gross\":\"1\",\"currency\":\"EUR\",\"kind\":\"bill\""), {"f:1: kind: found \"bill\", wanted invoice or credit-note"}},
		{INVOICE("\"gross\":\"1\",\"currency\":\"EUR\",\"cost_center\":[\"x\"]"), {"f:1: cost_center: wanted a known name: did you mean \"cost_centres\"?"}},
		{INVOICE("\"gross\":\"1\",\"currency\":\"EUR\",\"cost_centres\":\"x\""), {"f:1: cost_centres: found \"x\", wanted a list of strings"}},
		{INVOICE("\"gross\":\"1\",\"currency\":\"EUR\"") "{\"supplier\":\"s.\",\"number\":\"-1\",\"gross\":\"2\",\"currency\":\"EUR\"}",
	         {"f:2: number: found \"-1\", wanted an invoice that does not stand here yet (line 1 has it)"}},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_assert_null(invoice_lines_parse(cases[i].text, strlen(cases[i].text), "f", problems));
		guint wanted = 0;
		for (; wanted < G_N_ELEMENTS(cases[i].findings) && cases[i].findings[wanted]; wanted++) {
			g_autofree char *found = wanted < problems_count(problems) ? problem_format(problems_get(problems, wanted)) : NULL;
			if (!found || !g_str_has_prefix(found, cases[i].findings[wanted]))
				g_error("%s\nwanted %s\nfound  %s", cases[i].text, cases[i].findings[wanted], found);
		}
		g_assert_true(problems_count(problems) == wanted || i == 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/invoice_lines/whole", test_whole);
	g_test_add_func("/invoice_lines/wrong", test_wrong);
	return g_test_run();
}
