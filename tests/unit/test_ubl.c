/* UBL by cases of our own: what the corpus does not hold, and what it holds only once. */
#include <glib.h>
#include <string.h>

#include "base/error.h"
#include "intake/field.h"
#include "intake/read.h"

#define UBL "urn:oasis:names:specification:ubl:schema:xsd:"
#define SPACES " xmlns:cac='" UBL "CommonAggregateComponents-2' xmlns:cbc='" UBL "CommonBasicComponents-2'"
#define SUPPLIER(inner) "<cac:AccountingSupplierParty><cac:Party>" inner "</cac:Party></cac:AccountingSupplierParty>"
#define NAMED SUPPLIER("<cac:PartyLegalEntity><cbc:RegistrationName>Vink BV</cbc:RegistrationName></cac:PartyLegalEntity>")
#define BASICS "<cbc:ID>A-1</cbc:ID><cbc:IssueDate>2026-03-05</cbc:IssueDate>"
#define CURRENCY "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
#define TOTAL "<cac:LegalMonetaryTotal><cbc:PayableAmount>12.10</cbc:PayableAmount></cac:LegalMonetaryTotal>"
#define WHOLE BASICS CURRENCY NAMED TOTAL

static char *invoice_of(const char *body)
{
	return g_strconcat("<Invoice xmlns='" UBL "Invoice-2'" SPACES ">", body, "</Invoice>", NULL);
}

static char *credit_note_of(const char *body)
{
	return g_strconcat("<CreditNote xmlns='" UBL "CreditNote-2'" SPACES ">", body, "</CreditNote>", NULL);
}

static InvoiceFacts *read_ok(const char *text)
{
	g_autoptr(GError) error = NULL;
	InvoiceFacts *facts = intake_read(text, strlen(text), NULL, &error);

	g_assert_no_error(error);
	g_assert_nonnull(facts);
	return facts;
}

static InvoiceFacts *read_invoice(const char *body)
{
	g_autofree char *text = invoice_of(body);

	return read_ok(text);
}

/* The reason of the refusal; owned by the caller. */
static char *read_refused(const void *bytes, gsize length, gboolean partial_expected)
{
	g_autoptr(GError) error = NULL;
	InvoiceFacts *partial = NULL;

	g_assert_null(intake_read(bytes, length, &partial, &error));
	g_assert_cmpint(error_kind(error), ==, ERROR_INVALID);
	g_assert_cmpint(partial != NULL, ==, partial_expected);
	invoice_facts_free(partial);
	g_assert_true(g_utf8_validate(error->message, -1, NULL));
	g_assert_null(strchr(error->message, '\n'));
	return g_strdup(error->message);
}

static char *join(const GPtrArray *texts)
{
	GString *joined = g_string_new(NULL);

	for (guint i = 0; i < texts->len; i++)
		g_string_append_printf(joined, "%s%s", i > 0 ? ";" : "", (const char *)g_ptr_array_index(texts, i));
	return g_string_free(joined, FALSE);
}

/* One text of the facts against one body beside what every invoice needs. */
typedef struct {
	const char *body, *expected;
} TextCase;

static void check_texts(const TextCase *cases, gsize count, gsize offset)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *body = g_strconcat(BASICS CURRENCY TOTAL, cases[i].body, NAMED, NULL);
		g_autoptr(InvoiceFacts) facts = read_invoice(body);
		g_assert_cmpstr(G_STRUCT_MEMBER(char *, facts, offset), ==, cases[i].expected);
	}
}

#define PARTY_ID(scheme, id) "<cac:PartyIdentification><cbc:ID" scheme ">" id "</cbc:ID></cac:PartyIdentification>"
#define TAX(number, scheme) \
	"<cac:PartyTaxScheme><cbc:CompanyID>" number "</cbc:CompanyID><cac:TaxScheme><cbc:ID>" scheme \
	"</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"

static void test_party(void)
{
	static const TextCase vat[] = {
		{ SUPPLIER(TAX("NL1", "VAT")), "NL1" },
		{ SUPPLIER(TAX("7", "GST") TAX("NL1", "VAT") TAX("NL2", "VAT")), "NL1" },
		{ SUPPLIER(TAX(" ", "VAT") TAX("NL2", " vat ")), "NL2" },
		{ SUPPLIER("<cac:PartyTaxScheme><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme><cbc:CompanyID>NL1</cbc:CompanyID>"
		           "</cac:PartyTaxScheme>"), "NL1" },
		{ SUPPLIER(TAX("7", "FC")), NULL },
		{ SUPPLIER("<cac:PartyTaxScheme><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>" TAX("7", "")), NULL },
		{ "<cac:AccountingCustomerParty><cac:Party>" TAX("NL1", "VAT") "</cac:Party></cac:AccountingCustomerParty>", NULL },
	};
	static const TextCase own_id[] = {
		{ SUPPLIER(PARTY_ID("", "9")), "9" },
		{ SUPPLIER(PARTY_ID(" schemeID='0088'", "9") PARTY_ID("", "8")), "0088:9" },
		{ SUPPLIER(PARTY_ID(" schemeID='SEPA'", "DE98") PARTY_ID(" schemeID=''", "8")), "8" },
		{ SUPPLIER(PARTY_ID(" schemeID='A&amp;B'", "9")), "A&B:9" },
		{ SUPPLIER(PARTY_ID(" schemeID='0088'", "")), NULL },
	};
	static const TextCase buyer[] = {
		{ "<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>B</cbc:Name></cac:PartyName></cac:Party>"
		  "</cac:AccountingCustomerParty>", "B" },
		{ "<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>B</cbc:Name></cac:PartyName><cac:PartyLegalEntity>"
		  "<cbc:RegistrationName>Legal</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>",
		  "Legal" },
		{ "", NULL },
	};

	check_texts(vat, G_N_ELEMENTS(vat), G_STRUCT_OFFSET(InvoiceFacts, supplier.vat));
	check_texts(own_id, G_N_ELEMENTS(own_id), G_STRUCT_OFFSET(InvoiceFacts, supplier.own_id));
	check_texts(buyer, G_N_ELEMENTS(buyer), G_STRUCT_OFFSET(InvoiceFacts, buyer.name));
}

static void test_payee(void)
{
	static const TextCase cases[] = {
		{ "<cac:PayeeParty><cac:PartyName><cbc:Name>Factor</cbc:Name></cac:PartyName></cac:PayeeParty>", "Factor" },
		{ "<cac:PayeeParty><cac:PartyName><cbc:Name>Vink BV</cbc:Name></cac:PartyName></cac:PayeeParty>", NULL },
		{ "", NULL },
	};

	check_texts(cases, G_N_ELEMENTS(cases), G_STRUCT_OFFSET(InvoiceFacts, payee_name));
}

/* An element counts only at its own place. */
static void test_places(void)
{
	static const TextCase cases[] = {
		{ "<cac:OrderReference><cbc:ID>PO</cbc:ID></cac:OrderReference>", "PO" },
		{ "<cac:OrderReference><cac:DocumentReference><cbc:ID>X</cbc:ID></cac:DocumentReference></cac:OrderReference>", NULL },
		{ "<cac:InvoiceLine><cac:OrderReference><cbc:ID>X</cbc:ID></cac:OrderReference></cac:InvoiceLine>", NULL },
		{ "<cac:Foo><cac:OrderReference><cbc:ID>X</cbc:ID></cac:OrderReference></cac:Foo>", NULL },
		{ "<cac:OrderReference><cac:ID>X</cac:ID><ID>Y</ID><x:ID xmlns:x='urn:x'>Z</x:ID></cac:OrderReference>", NULL },
		{ "<cac:OrderReference><cbc:ID/></cac:OrderReference><cac:OrderReference><cbc:ID>second</cbc:ID></cac:OrderReference>",
		  "second" },
		{ "<cac:OrderReference><cbc:ID>a<cbc:ID>b</cbc:ID>c</cbc:ID></cac:OrderReference>", "ac" },
		{ "<cac:OrderReference>text<cbc:ID> a \n b\t</cbc:ID>text</cac:OrderReference>", "a b" },
	};

	check_texts(cases, G_N_ELEMENTS(cases), G_STRUCT_OFFSET(InvoiceFacts, order_reference));
}

static void test_cost_references(void)
{
	static const TextCase cases[] = {
		{ "<cbc:AccountingCost>H</cbc:AccountingCost>", "H" },
		{ "<cac:InvoiceLine><cbc:AccountingCost>L</cbc:AccountingCost></cac:InvoiceLine>"
		  "<cbc:AccountingCost>H</cbc:AccountingCost>", "H;L" },
		{ "<cbc:AccountingCost>H</cbc:AccountingCost><cac:InvoiceLine><cbc:AccountingCost>L</cbc:AccountingCost></cac:InvoiceLine>"
		  "<cac:InvoiceLine><cbc:AccountingCost>H</cbc:AccountingCost></cac:InvoiceLine>"
		  "<cac:InvoiceLine><cbc:AccountingCost>M</cbc:AccountingCost></cac:InvoiceLine>"
		  "<cac:InvoiceLine><cbc:AccountingCost>L</cbc:AccountingCost></cac:InvoiceLine>", "H;L;M" },
		{ "<cac:InvoiceLine><cac:SubInvoiceLine><cbc:AccountingCost>S</cbc:AccountingCost><cac:SubInvoiceLine>"
		  "<cbc:AccountingCost>T</cbc:AccountingCost></cac:SubInvoiceLine></cac:SubInvoiceLine></cac:InvoiceLine>", "S;T" },
		{ "<cac:InvoiceLine><cac:Item><cbc:AccountingCost>X</cbc:AccountingCost></cac:Item></cac:InvoiceLine>", "" },
		{ "<cbc:AccountingCost> </cbc:AccountingCost>", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *body = g_strconcat(WHOLE, cases[i].body, NULL);
		g_autoptr(InvoiceFacts) facts = read_invoice(body);
		g_autofree char *costs = join(facts->cost_references);
		g_assert_cmpstr(costs, ==, cases[i].expected);
	}
}

/* As many different ones as fit into a file take no longer for each. */
static void test_many_cost_references(void)
{
	g_autoptr(GString) body = g_string_new(WHOLE);

	for (guint i = 0; i < 100000; i++)
		g_string_append_printf(body, "<cac:InvoiceLine><cbc:AccountingCost>%u</cbc:AccountingCost></cac:InvoiceLine>", i);
	g_autoptr(InvoiceFacts) facts = read_invoice(body->str);
	g_assert_cmpuint(facts->cost_references->len, ==, 100000);
}

#define ACCOUNT(id) \
	"<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>" id "</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"

static void test_accounts(void)
{
	g_autoptr(InvoiceFacts) facts = read_invoice(WHOLE ACCOUNT("NL57 RABO") ACCOUNT("B") ACCOUNT("NL57 RABO") ACCOUNT(""));
	g_autofree char *ibans = join(facts->ibans);

	g_assert_cmpstr(ibans, ==, "NL57 RABO;B");
}

static void test_kinds(void)
{
	static const struct {
		gboolean credit_root;
		const char *type_code;
		InvoiceKind expected;
	} cases[] = {
		{ FALSE, "380", INVOICE_KIND_INVOICE },     { FALSE, "384", INVOICE_KIND_INVOICE },
		{ FALSE, "", INVOICE_KIND_INVOICE },        { FALSE, "381", INVOICE_KIND_CREDIT_NOTE },
		{ FALSE, "81", INVOICE_KIND_CREDIT_NOTE },  { FALSE, "532", INVOICE_KIND_CREDIT_NOTE },
		{ TRUE, "381", INVOICE_KIND_CREDIT_NOTE },  { TRUE, "380", INVOICE_KIND_CREDIT_NOTE },
		{ TRUE, "", INVOICE_KIND_CREDIT_NOTE },     { FALSE, "8", INVOICE_KIND_INVOICE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *element = cases[i].credit_root ? "CreditNoteTypeCode" : "InvoiceTypeCode";
		g_autofree char *body = g_strdup_printf("%s<cbc:%s>%s</cbc:%s>", WHOLE, element, cases[i].type_code, element);
		g_autofree char *text = cases[i].credit_root ? credit_note_of(body) : invoice_of(body);
		g_autoptr(InvoiceFacts) facts = read_ok(text);
		g_assert_cmpint(facts->kind, ==, cases[i].expected);
		g_assert_cmpstr(facts->syntax, ==, cases[i].credit_root ? "ubl-creditnote" : "ubl-invoice");
	}
}

/* EN 16931's list for BT-3. */
static void test_credit_types(void)
{
	static const char *const codes[] = { "81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532" };

	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_autofree char *body = g_strconcat(WHOLE "<cbc:InvoiceTypeCode>", codes[i], "</cbc:InvoiceTypeCode>", NULL);
		g_autoptr(InvoiceFacts) facts = read_invoice(body);
		g_assert_cmpint(facts->kind, ==, INVOICE_KIND_CREDIT_NOTE);
	}
}

#define DUE(day) "<cbc:DueDate>" day "</cbc:DueDate>"
#define MEANS(day) "<cac:PaymentMeans><cbc:PaymentDueDate>" day "</cbc:PaymentDueDate></cac:PaymentMeans>"

static void test_due_dates(void)
{
	static const struct {
		gboolean credit_root;
		const char *body, *expected;
	} cases[] = {
		{ FALSE, DUE("2026-04-04"), "2026-04-04" },
		{ FALSE, DUE("2026-04-04+02:00"), "2026-04-04" },
		{ FALSE, MEANS("2026-05-05"), NULL },
		{ FALSE, MEANS("2026-05-05") DUE("2026-04-04Z"), "2026-04-04" },
		{ FALSE, DUE("2026-02-30"), NULL },
		{ FALSE, DUE(""), NULL },
		{ TRUE, MEANS("2026-05-05"), "2026-05-05" },
		{ TRUE, MEANS("") MEANS("2026-05-06"), "2026-05-06" },
		{ TRUE, DUE("2026-04-04") MEANS("2026-05-05"), "2026-05-05" },
		{ TRUE, DUE("2026-04-04"), "2026-04-04" },
		{ TRUE, "", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *body = g_strconcat(WHOLE, cases[i].body, NULL);
		g_autofree char *text = cases[i].credit_root ? credit_note_of(body) : invoice_of(body);
		g_autoptr(InvoiceFacts) facts = read_ok(text);
		g_autofree char *due = date_format(facts->due_date);
		g_assert_cmpstr(due, ==, cases[i].expected);
		g_assert_cmpstr(facts->due_date_source, ==, cases[i].expected != NULL ? "document" : NULL);
	}
}

static void test_field_dates(void)
{
	static const char *const good[][2] = {
		{ "2026-03-05", "2026-03-05" },       { "2026-03-05Z", "2026-03-05" },      { "2026-03-05+14:00", "2026-03-05" },
		{ "2026-03-05-13:59", "2026-03-05" }, { "2024-02-29", "2024-02-29" },       { "0001-01-01", "0001-01-01" },
	};
	static const char *const bad[] = { "", "2026-02-29", "2026-3-5", "20260305", "05-03-2026", "2026-03-05T00:00:00", "2026-03-05 ",
		                           "2026-03-05+14:01", "2026-03-05+1:00", "2026-03-05+01-00", "2026-03-05+aa:bb",
		                           "2026-03-05+01:60", "-2026-03-05", "0000-00-00", "2026-13-01", "2026-03-05z" };

	for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
		Date date = DATE_NONE;
		g_assert_true(field_date(good[i][0], &date));
		g_autofree char *text = date_format(date);
		g_assert_cmpstr(text, ==, good[i][1]);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		Date date = DATE_NONE;
		g_assert_false(field_date(bad[i], &date));
		g_assert_false(date_is_set(date));
	}
}

static void test_field_amounts(void)
{
	static const char *const good[][2] = {
		{ "12.10", "12.10" }, { "+12.50", "12.50" }, { ".50", "0.50" }, { "-0.01", "-0.01" }, { "0012.5", "12.5" }, { "12.", "12" },
		{ "100.000000000000000000", "100.000000000" }, { "1.1234567890", "1.123456789" }, { "999999999999999.99", "999999999999999.99" },
	};
	static const char *const bad[] = { "", ".", "1,5", "1.234,56", "1 000", "1e3", "NaN", "INF", "EUR 1", "1.2.3", "--1", "0x10",
		                           "205.38999999999999", "1234567890123456789" };

	for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		Decimal amount;
		g_assert_true(field_amount(good[i][0], &amount, &error));
		g_autofree char *text = decimal_format(amount, 0);
		g_assert_cmpstr(text, ==, good[i][1]);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		Decimal amount;
		g_assert_false(field_amount(bad[i], &amount, NULL));
	}
}

static void test_field_texts(void)
{
	static const struct {
		const char *raw, *line, *lines;
	} cases[] = {
		{ "", NULL, NULL },
		{ " \t\r\n ", NULL, NULL },
		{ " a \t b\r\nc ", "a b c", "a b\nc" },
		{ "\n\n a \n\n\n b\r\r", "a b", "a\n\n\nb" },
		{ "a\x01\x7f\xC2\x80" "b", "ab", "ab" },
		{ "a\xC2\xA0 b", "a\xC2\xA0 b", "a\xC2\xA0 b" },
		{ "\u202Eabc\u202C", "\u202Eabc\u202C", "\u202Eabc\u202C" },
		{ "👩\u200d💻", "👩\u200d💻", "👩\u200d💻" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *line = field_line(cases[i].raw, strlen(cases[i].raw));
		g_autofree char *lines = field_lines(cases[i].raw, strlen(cases[i].raw));
		g_assert_cmpstr(line, ==, cases[i].line);
		g_assert_cmpstr(lines, ==, cases[i].lines);
	}
}

/* "date/days/percent" for each; owned by the caller. */
static char *discounts_of(const InvoiceFacts *facts)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < facts->discounts->len; i++) {
		const Discount *discount = &g_array_index(facts->discounts, Discount, i);
		g_autofree char *date = date_format(discount->date);
		g_string_append_printf(text, "%s%s/%d/%s", i > 0 ? " " : "", date ? date : "-", discount->days,
		                       discount->percent ? discount->percent : "-");
	}
	return g_string_free(text, FALSE);
}

#define TERMS(inner) "<cac:PaymentTerms>" inner "</cac:PaymentTerms>"
#define NOTE(text) TERMS("<cbc:Note>" text "</cbc:Note>")

static void test_discounts(void)
{
	static const TextCase cases[] = {
		{ NOTE("#SKONTO#TAGE=7#PROZENT=2.00#\n#SKONTO#TAGE=14#PROZENT=1.00#\n#SKONTO#TAGE=30#PROZENT=0.00#"),
		  "2026-03-12/7/2.00 2026-03-19/14/1.00 2026-04-04/30/0.00" },
		{ NOTE("30 Tage netto\r\n  #SKONTO#TAGE=14#PROZENT=2.25#BASISBETRAG=-357.93#  \r\n#VERZUG#TAGE=15#PROZENT=8.00#"),
		  "2026-03-19/14/2.25" },
		{ NOTE("#SKONTO#TAGE=0#PROZENT=3.00#"), "2026-03-05/0/3.00" },
		{ NOTE("#SKONTO#TAGE=7#PROZENT=2.0#"), "" },
		{ NOTE("#SKONTO#TAGE=7#PROZENT=2,00#"), "" },
		{ NOTE("#SKONTO#TAGE=-7#PROZENT=2.00#"), "" },
		{ NOTE("#SKONTO#TAGE=7#PROZENT=2.00"), "" },
		{ NOTE("x #SKONTO#TAGE=7#PROZENT=2.00#"), "" },
		{ NOTE("#SKONTO#TAGE=7#PROZENT=2.00# x"), "" },
		{ NOTE("#skonto#TAGE=7#PROZENT=2.00#"), "" },
		{ NOTE("#SKONTO#TAGE=99999999999999999999#PROZENT=2.00#"), "" },
		{ NOTE("#SKONTO#TAGE=3661#PROZENT=2.00#"), "" },
		{ NOTE("a") NOTE("#SKONTO#TAGE=7#PROZENT=2.00#"), "2026-03-12/7/2.00" },
		{ TERMS("<cbc:SettlementDiscountPercent>1.5</cbc:SettlementDiscountPercent><cac:SettlementPeriod>"
		        "<cbc:EndDate>2026-03-15</cbc:EndDate></cac:SettlementPeriod>"), "2026-03-15/-1/1.5" },
		{ TERMS("<cac:SettlementPeriod><cbc:EndDate>2026-03-15</cbc:EndDate></cac:SettlementPeriod>"), "2026-03-15/-1/-" },
		{ TERMS("<cbc:SettlementDiscountPercent>lots</cbc:SettlementDiscountPercent>"), "" },
		{ TERMS("<cbc:SettlementDiscountPercent>2</cbc:SettlementDiscountPercent>") TERMS("<cac:SettlementPeriod><cbc:EndDate>"
		        "2026-03-15</cbc:EndDate></cac:SettlementPeriod>"), "-/-1/2 2026-03-15/-1/-" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		/* The terms before the date that they count from. */
		g_autofree char *body = g_strconcat(cases[i].body, WHOLE, NULL);
		g_autoptr(InvoiceFacts) facts = read_invoice(body);
		g_autofree char *found = discounts_of(facts);
		g_assert_cmpstr(found, ==, cases[i].expected);
	}
}

static void test_terms(void)
{
	g_autoptr(InvoiceFacts) facts = read_invoice(WHOLE TERMS("<cbc:Note> 30 days \r\n net </cbc:Note><cbc:Note>b</cbc:Note>") NOTE("c"));

	g_assert_cmpstr(facts->terms, ==, "30 days\nnet\nb\nc");
}

/* What no approval can do without; the rest of the facts is in *partial. */
static void test_incomplete(void)
{
	static const TextCase cases[] = {
		{ "<cbc:IssueDate>2026-03-05</cbc:IssueDate>" CURRENCY NAMED TOTAL, "the invoice lacks the number" },
		{ "<cbc:ID>A-1</cbc:ID>" CURRENCY NAMED TOTAL, "the invoice lacks the issue date" },
		{ BASICS NAMED TOTAL, "the invoice lacks the currency" },
		{ BASICS CURRENCY NAMED, "the invoice lacks the payable total" },
		{ BASICS CURRENCY TOTAL, "the invoice lacks the supplier's name" },
		{ BASICS CURRENCY TOTAL SUPPLIER(TAX("NL1", "VAT")), "the invoice lacks the supplier's name" },
		{ "", "the invoice lacks the number, the issue date, the currency, the payable total, the supplier's name" },
		{ "<cbc:ID>A</cbc:ID><cbc:IssueDate>2026-02-30</cbc:IssueDate>" CURRENCY NAMED TOTAL,
		  "the invoice lacks the issue date (the issue date \"2026-02-30\" is no date)" },
		{ BASICS CURRENCY NAMED "<cac:LegalMonetaryTotal><cbc:PayableAmount>1,00</cbc:PayableAmount></cac:LegalMonetaryTotal>",
		  "the invoice lacks the payable total (the payable total \"1,00\" is no decimal number that can be held exactly)" },
		{ WHOLE "<cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount>1.000,00</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal>",
		  "the invoice states what cannot be read (the total with tax \"1.000,00\" is no decimal number that can be held exactly)" },
		{ BASICS CURRENCY NAMED "<cac:InvoiceLine>" TOTAL "</cac:InvoiceLine>", "the invoice lacks the payable total" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = invoice_of(cases[i].body);
		g_autofree char *reason = read_refused(text, strlen(text), TRUE);
		g_assert_cmpstr(reason, ==, cases[i].expected);
		g_assert_null(intake_read(text, strlen(text), NULL, NULL)); /* nobody asks for the rest or the reason */
	}
}

static void test_long_complaint(void)
{
	g_autofree char *name = g_strnfill(1000, 'x');
	g_autofree char *body = g_strconcat("<cbc:IssueDate>é", name, "</cbc:IssueDate>", NULL);
	g_autofree char *text = invoice_of(body);
	g_autofree char *reason = read_refused(text, strlen(text), TRUE);

	g_assert_nonnull(strstr(reason, "\"éxxx"));
	g_assert_nonnull(strstr(reason, "x…\" is no date)"));
	g_assert_cmpuint(strlen(reason), <, 250);
}

static void test_other_files(void)
{
	static const struct {
		const char *bytes;
		gsize length; /* 0: to the NUL */
		const char *reason;
	} cases[] = {
		{ "", 0, "an empty file" },
		{ " \r\n\t", 0, "nothing but white space" },
		{ "\xEF\xBB\xBF \n", 0, "nothing but white space" },
		{ "%PDF-1.7\n", 0, "a PDF file that cannot be read: Syntax Error: Couldn't find trailer dictionary" },
		{ "\x1F\x8B\x08", 0, "gzip data" },
		{ "PK\x03\x04xx", 0, "a ZIP archive" },
		{ "\xFD" "7zXZ\0", 6, "xz data" },
		{ "{\"number\":1}", 0, "number: found \"1\", wanted a string" },
		{ "\xEF\xBB\xBF\n[]", 0, "a JSON list: each object in it" },
		{ "supplier;number;date\n1;2;3\n", 0, "a CSV file, which is not read" },
		{ "a,b\n", 0, "a CSV file, which is not read" },
		{ "UNA:+.? 'UNB+UNOA", 0, "an EDIFACT interchange" },
		{ "Subject: x\n\n<Invoice/>", 0, "not well-formed XML: it does not begin with a tag" },
		{ "hello", 0, "not well-formed XML" },
		{ "\0\0\0\0", 4, "not well-formed XML" },
		{ "<html><body/></html>", 0, "an HTML page" },
		{ "<!DOCTYPE html><html/>", 0, "has a DOCTYPE" },
		{ "<CrossIndustryInvoice xmlns='urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:13'/>", 0,
		  "a CII invoice of another version than D16B (root element CrossIndustryInvoice in urn:un:" },
		{ "<Invoice xmlns='urn:un:unece:uncefact:data:standard:CBFBUY:5'/>", 0, "an invoice of a draft of ZUGFeRD, which is not read" },
		{ "<CrossIndustryDocument xmlns='urn:ferd:CrossIndustryDocument:invoice:rc'/>", 0, "an invoice of a draft of ZUGFeRD" },
		{ "<SCRDMCCBDACIOMessageStructure xmlns='urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100'/>", 0,
		  "an order (Order-X), not an invoice" },
		{ "<x:Order xmlns:x='" UBL "Order-2'/>", 0, "not an invoice: UBL, but root element Order in " UBL "Order-2" },
		{ "<Invoice/>", 0, "an Invoice, but not of UBL 2 (root element Invoice in no namespace)" },
		{ "<Invoice xmlns='" UBL "CreditNote-2'/>", 0, "an Invoice, but not of UBL 2 (root element Invoice in" },
		{ "<a><Invoice xmlns='" UBL "Invoice-2'/></a>", 0, "not an invoice: root element a in no namespace" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const gsize length = cases[i].length > 0 ? cases[i].length : strlen(cases[i].bytes);
		g_autofree char *reason = read_refused(cases[i].bytes, length, FALSE);
		g_test_message("%s", reason);
		g_assert_true(g_str_has_prefix(reason, cases[i].reason));
	}
	g_autofree char *null_reason = read_refused(NULL, 0, FALSE);
	g_assert_cmpstr(null_reason, ==, "an empty file");
}

#define SBDH "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"

static void test_envelope(void)
{
	g_autofree char *inner = invoice_of(WHOLE);
	g_autofree char *one = g_strconcat("<s:StandardBusinessDocument xmlns:s='" SBDH "'><s:StandardBusinessDocumentHeader><ID>X</ID>"
	                                   "</s:StandardBusinessDocumentHeader>", inner, "</s:StandardBusinessDocument>", NULL);
	g_autofree char *two = g_strconcat("<s:StandardBusinessDocument xmlns:s='" SBDH "'>", inner, inner, "</s:StandardBusinessDocument>",
	                                   NULL);
	static const char none[] = "<StandardBusinessDocument xmlns='" SBDH "'><BinaryContent>PEE+</BinaryContent></StandardBusinessDocument>";
	g_autoptr(InvoiceFacts) facts = read_ok(one);
	g_autofree char *several = read_refused(two, strlen(two), FALSE);
	g_autofree char *empty = read_refused(none, strlen(none), FALSE);

	g_assert_cmpstr(facts->number, ==, "A-1");
	g_assert_cmpstr(several, ==, "an envelope with several invoices: one file holds one");
	g_assert_cmpstr(empty, ==, "an envelope without an invoice in it");
}

/* An attachment costs nothing; a value that is one is refused. */
static void test_sizes(void)
{
	g_autofree char *base64 = g_strnfill(1000000, 'A');
	g_autofree char *attached =
		g_strconcat(WHOLE "<cac:AdditionalDocumentReference><cac:Attachment><cbc:EmbeddedDocumentBinaryObject>", base64,
	                    "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>", NULL);
	g_autofree char *named = g_strconcat("<cbc:ID>", base64, "</cbc:ID>", NULL);
	g_autofree char *bad = invoice_of(named);
	g_autoptr(InvoiceFacts) facts = read_invoice(attached);
	g_autofree char *reason = read_refused(bad, strlen(bad), FALSE);
	g_autofree char *huge = g_malloc0(INTAKE_MAX_BYTES + 1);
	g_autofree char *too_big = read_refused(huge, INTAKE_MAX_BYTES + 1, FALSE);

	g_assert_cmpstr(facts->number, ==, "A-1");
	g_assert_cmpstr(reason, ==, "the value of ID is longer than 65536 bytes");
	g_assert_cmpstr(too_big, ==, "10485761 bytes: at most 10485760 are read");
}

/* Cut anywhere, it is refused: never half an invoice. */
static void test_cut(void)
{
	g_autofree char *text = invoice_of(WHOLE NOTE("x") ACCOUNT("y"));

	for (gsize length = 0; length < strlen(text); length++) {
		g_autofree char *reason = read_refused(text, length, FALSE);
		g_assert_cmpstr(reason, !=, "");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ubl/party", test_party);
	g_test_add_func("/ubl/payee", test_payee);
	g_test_add_func("/ubl/places", test_places);
	g_test_add_func("/ubl/cost-references", test_cost_references);
	g_test_add_func("/ubl/many-cost-references", test_many_cost_references);
	g_test_add_func("/ubl/accounts", test_accounts);
	g_test_add_func("/ubl/kinds", test_kinds);
	g_test_add_func("/ubl/credit-types", test_credit_types);
	g_test_add_func("/ubl/due-dates", test_due_dates);
	g_test_add_func("/ubl/field-dates", test_field_dates);
	g_test_add_func("/ubl/field-amounts", test_field_amounts);
	g_test_add_func("/ubl/field-texts", test_field_texts);
	g_test_add_func("/ubl/discounts", test_discounts);
	g_test_add_func("/ubl/terms", test_terms);
	g_test_add_func("/ubl/incomplete", test_incomplete);
	g_test_add_func("/ubl/long-complaint", test_long_complaint);
	g_test_add_func("/ubl/other-files", test_other_files);
	g_test_add_func("/ubl/envelope", test_envelope);
	g_test_add_func("/ubl/sizes", test_sizes);
	g_test_add_func("/ubl/cut", test_cut);
	return g_test_run();
}
