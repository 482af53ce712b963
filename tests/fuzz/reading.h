/* What holds of every outcome of reading an invoice: for the fuzzers of its syntaxes. */
#ifndef TESTS_FUZZ_READING_H
#define TESTS_FUZZ_READING_H

#include <stdint.h>
#include <string.h>

#include "audit/facts.h"
#include "intake/record.h"

static void check_text(const char *text)
{
	if (text == NULL)
		return;
	g_assert_true(*text != '\0' && g_utf8_validate(text, -1, NULL));
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
		g_assert_true(!g_unichar_iscntrl(g_utf8_get_char(p)) || *p == '\n');
}

static void check_kept(const InvoiceFacts *facts)
{
	g_autoptr(Json) data = js_object_new();
	g_autoptr(Json) private = js_object_new();

	facts_to_event(facts, data, private);
	g_autoptr(InvoiceFacts) back = facts_from_event(data, private);
	g_autofree char *substance = invoice_substance(facts);
	g_autofree char *substance_back = invoice_substance(back);
	g_assert_cmpint(back->issue_date.day, ==, facts->issue_date.day);
	g_assert_cmpint(back->payable.unscaled, ==, facts->payable.unscaled);
	g_assert_cmpuint(back->discounts->len, ==, facts->discounts->len);
	g_assert_nonnull(substance);
	g_assert_nonnull(substance_back);
}

static void check_facts(const InvoiceFacts *facts)
{
	g_autofree char *identity = invoice_identity(facts);
	g_autoptr(Json) record = intake_record(facts);
	g_autofree char *line = js_line(record);
	Money amount;

	check_text(facts->number);
	check_text(facts->supplier.name);
	check_text(facts->supplier.legal_id);
	check_text(facts->terms);
	check_text(identity);
	g_assert_null(strchr(line, '\n'));
	(void)invoice_discount_date(facts);
	if (invoice_facts_amount(facts, &amount, NULL))
		g_assert_cmpint(amount.minor, >=, 0);
	check_kept(facts);
}

/* Either facts that hold what an approval needs, or a reason on one line and what there is of the facts. Frees all three. */
static void check_outcome(InvoiceFacts *whole, InvoiceFacts *partial, GError *failure)
{
	g_autoptr(InvoiceFacts) facts = whole, rest = partial;
	g_autoptr(GError) error = failure;

	g_assert_true((facts == NULL) == (error != NULL));
	g_assert_true(facts == NULL || rest == NULL);
	if (error != NULL)
		check_text(error->message);
	if (facts != NULL)
		g_assert_true(facts->number && date_is_set(facts->issue_date) && facts->currency && facts->has_payable && facts->supplier.name);
	if (facts != NULL || rest != NULL)
		check_facts(facts != NULL ? facts : rest);
}

#endif
