/* JSON files of invoices: each document in it is either an invoice that holds what an approval needs, or has a reason why not; and none lies outside the file. */
#include <stdint.h>
#include <string.h>

#include "intake/invoice_json.h"
#include "intake/invoice_lines.h"
#include "intake/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_document(const char *text, gsize length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(InvoiceFacts) facts = intake_read(text, length, NULL, &error);

	g_assert_true((facts == NULL) == (error != NULL));
	if (error != NULL)
		g_assert_true(*error->message != '\0' && g_utf8_validate(error->message, -1, NULL));
	if (facts == NULL || strcmp(facts->syntax, "json") != 0)
		return;
	g_autofree char *identity = invoice_identity(facts), *substance = invoice_substance(facts);
	g_assert_true(facts->number && date_is_set(facts->issue_date) && facts->has_payable && facts->supplier.name);
	g_assert_cmpint(currency_exponent(facts->currency), >=, 0);
	g_assert_true(g_utf8_validate(identity, -1, NULL) && g_utf8_validate(substance, -1, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *text = (const char *)bytes;
	g_autoptr(Problems) around = problems_new(), problems = problems_new();
	g_autoptr(GArray) slices = json_records_split(text, length, "f", around);
	const char *before = text;

	for (guint i = 0; i < slices->len; i++) {
		const JsonSlice *slice = &g_array_index(slices, JsonSlice, i);
		g_assert_true(slice->text >= before && slice->text + slice->length <= text + length);
		before = slice->text + slice->length;
		check_document(slice->text, slice->length);
	}
	check_document(text, length);
	g_autoptr(GPtrArray) lines = invoice_lines_parse(text, length, "f", problems);
	g_assert_true((lines == NULL) == problems_has_errors(problems));
	return 0;
}
