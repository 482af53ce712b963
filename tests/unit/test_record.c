#include <glib.h>
#include <string.h>

#include "intake/read.h"
#include "intake/record.h"

#define UBL "urn:oasis:names:specification:ubl:schema:xsd:"
#define PARTY(name, vat) \
	"<cac:Party><cbc:EndpointID schemeID='0106'>E-" name "</cbc:EndpointID><cac:PartyTaxScheme><cbc:CompanyID>" vat \
	"</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity>" \
	"<cbc:RegistrationName>" name "</cbc:RegistrationName><cbc:CompanyID schemeID='0106'>L</cbc:CompanyID>" \
	"</cac:PartyLegalEntity></cac:Party>"

static const char full[] =
	"<Invoice xmlns='" UBL "Invoice-2' xmlns:cac='" UBL "CommonAggregateComponents-2' xmlns:cbc='" UBL "CommonBasicComponents-2'>"
	"<cbc:ID>A-1 &quot;x&quot;</cbc:ID><cbc:IssueDate>2026-03-05</cbc:IssueDate><cbc:DueDate>2026-04-04</cbc:DueDate>"
	"<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
	"<cbc:AccountingCost>K1</cbc:AccountingCost><cbc:BuyerReference>R</cbc:BuyerReference>"
	"<cac:OrderReference><cbc:ID>O</cbc:ID></cac:OrderReference>"
	"<cac:AccountingSupplierParty>" PARTY("Vink \u202Ex", "NL1") "</cac:AccountingSupplierParty>"
	"<cac:AccountingCustomerParty>" PARTY("Koper", "NL2") "</cac:AccountingCustomerParty>"
	"<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>NL57 RABO</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
	"<cac:PaymentTerms><cbc:Note>30 days\n#SKONTO#TAGE=7#PROZENT=2.00#</cbc:Note></cac:PaymentTerms>"
	"<cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount>0012.10</cbc:TaxInclusiveAmount><cbc:PayableAmount>-12.1</cbc:PayableAmount>"
	"</cac:LegalMonetaryTotal><cac:InvoiceLine><cbc:AccountingCost>K2</cbc:AccountingCost></cac:InvoiceLine></Invoice>";

static void test_full(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(InvoiceFacts) facts = intake_read(full, strlen(full), NULL, &error);
	g_assert_no_error(error);
	g_autoptr(Json) record = intake_record(facts);

	intake_record_set_verdict(record, "in/a.xml", "new", NULL);
	g_autofree char *line = js_line(record);
	g_assert_cmpstr(line, ==,
	                "{\"syntax\":\"ubl-invoice\",\"kind\":\"invoice\",\"type_code\":\"380\",\"number\":\"A-1 \\\"x\\\"\","
	                "\"issue_date\":\"2026-03-05\",\"due_date\":\"2026-04-04\",\"due_date_source\":\"document\","
	                "\"supplier\":{\"name\":\"Vink \u202Ex\",\"vat\":\"NL1\",\"legal_id\":\"0106:L\",\"endpoint\":\"0106:E-Vink \u202Ex\"},"
	                "\"buyer\":{\"name\":\"Koper\",\"vat\":\"NL2\"},\"buyer_reference\":\"R\",\"order_reference\":\"O\","
	                "\"cost_references\":[\"K1\",\"K2\"],\"currency\":\"EUR\",\"gross\":\"12.10\",\"payable\":\"-12.1\","
	                "\"ibans\":[\"NL57 RABO\"],\"terms\":\"30 days\\n#SKONTO#TAGE=7#PROZENT=2.00#\","
	                "\"discounts\":[{\"date\":\"2026-03-12\",\"percent\":\"2.00\"}],\"file\":\"in/a.xml\",\"verdict\":\"new\"}");
}

static void test_refused(void)
{
	g_autoptr(Json) record = intake_record(NULL);

	intake_record_set_verdict(record, "a\nb\xFF.xml", "refused", "an empty file");
	g_autofree char *line = js_line(record);
	g_assert_cmpstr(line, ==, "{\"file\":\"a\\nb\uFFFD.xml\",\"verdict\":\"refused\",\"reason\":\"an empty file\"}");
	g_assert_null(js_object_get(record, "supplier"));
}

/* What is unknown is absent, not empty. */
static void test_absent(void)
{
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();
	g_autoptr(Json) record = intake_record(facts);
	g_autofree char *line = js_line(record);

	g_assert_cmpstr(line, ==, "{\"kind\":\"invoice\",\"supplier\":{},\"buyer\":{}}");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/record/full", test_full);
	g_test_add_func("/record/refused", test_refused);
	g_test_add_func("/record/absent", test_absent);
	return g_test_run();
}
