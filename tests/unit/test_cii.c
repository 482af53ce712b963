/* CII and ZUGFeRD 1 by cases of our own: what the corpus does not hold, and what it holds only once. */
#include <glib.h>
#include <string.h>

#include "base/error.h"
#include "intake/read.h"

#define UNECE "urn:un:unece:uncefact:data:standard:"
#define CII_SPACES \
	" xmlns:m='" UNECE "CrossIndustryInvoice:100' xmlns='" UNECE "ReusableAggregateBusinessInformationEntity:100' xmlns:t='" UNECE "UnqualifiedDataType:100'"
#define ZUGFERD1_SPACES \
	" xmlns:m='urn:ferd:CrossIndustryDocument:invoice:1p0' xmlns='" UNECE "ReusableAggregateBusinessInformationEntity:12' xmlns:t='" UNECE \
	"UnqualifiedDataType:15'"

/* What a document is put together of: whatever is not given is that of the plain one. */
typedef struct {
	const char *header, *agreement, *settlement, *lines;
} Body;

#define DAY(day) "<t:DateTimeString format='102'>" day "</t:DateTimeString>"
#define ISSUED(date) "<IssueDateTime>" date "</IssueDateTime>"
#define HEADER "<ID>A-1</ID><TypeCode>380</TypeCode>" ISSUED(DAY("20260305"))
#define SELLER(inner) "<SellerTradeParty>" inner "</SellerTradeParty>"
#define NAMED SELLER("<Name>Vink BV</Name>")
#define CURRENCY "<InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>"
#define CII_TOTAL \
	"<SpecifiedTradeSettlementHeaderMonetarySummation><DuePayableAmount>12.10</DuePayableAmount></SpecifiedTradeSettlementHeaderMonetarySummation>"
#define ZUGFERD1_TOTAL \
	"<SpecifiedTradeSettlementMonetarySummation><DuePayableAmount currencyID='EUR'>12.10</DuePayableAmount></SpecifiedTradeSettlementMonetarySummation>"

static const char *or(const char *given, const char *plain)
{
	return given != NULL ? given : plain;
}

static char *cii_of(const Body *body)
{
	return g_strconcat("<m:CrossIndustryInvoice" CII_SPACES "><m:ExchangedDocument>", or(body->header, HEADER),
	                   "</m:ExchangedDocument><m:SupplyChainTradeTransaction>", or(body->lines, ""), "<ApplicableHeaderTradeAgreement>",
	                   or(body->agreement, NAMED), "</ApplicableHeaderTradeAgreement><ApplicableHeaderTradeSettlement>",
	                   or(body->settlement, CURRENCY CII_TOTAL), "</ApplicableHeaderTradeSettlement></m:SupplyChainTradeTransaction></m:CrossIndustryInvoice>", NULL);
}

static char *zugferd1_of(const Body *body)
{
	return g_strconcat("<m:CrossIndustryDocument" ZUGFERD1_SPACES "><m:HeaderExchangedDocument>", or(body->header, HEADER),
	                   "</m:HeaderExchangedDocument><m:SpecifiedSupplyChainTradeTransaction><ApplicableSupplyChainTradeAgreement>", or(body->agreement, NAMED),
	                   "</ApplicableSupplyChainTradeAgreement><ApplicableSupplyChainTradeSettlement>", or(body->settlement, CURRENCY ZUGFERD1_TOTAL),
	                   "</ApplicableSupplyChainTradeSettlement>", or(body->lines, ""), "</m:SpecifiedSupplyChainTradeTransaction></m:CrossIndustryDocument>", NULL);
}

static InvoiceFacts *read_ok(const char *text)
{
	g_autoptr(GError) error = NULL;
	InvoiceFacts *facts = intake_read(text, strlen(text), NULL, &error);

	g_assert_no_error(error);
	g_assert_nonnull(facts);
	return facts;
}

static InvoiceFacts *read_cii(Body body)
{
	g_autofree char *text = cii_of(&body);

	return read_ok(text);
}

static InvoiceFacts *read_zugferd1(Body body)
{
	g_autofree char *text = zugferd1_of(&body);

	return read_ok(text);
}

/* Owned by the caller. */
static char *reason_of(Body body)
{
	g_autofree char *text = cii_of(&body);
	g_autoptr(GError) error = NULL;
	InvoiceFacts *partial = NULL;

	g_assert_null(intake_read(text, strlen(text), &partial, &error));
	g_assert_cmpint(error_kind(error), ==, ERROR_INVALID);
	invoice_facts_free(partial);
	return g_strdup(error->message);
}

static char *join(const GPtrArray *texts)
{
	GString *joined = g_string_new(NULL);

	for (guint i = 0; i < texts->len; i++)
		g_string_append_printf(joined, "%s%s", i > 0 ? ";" : "", (const char *)g_ptr_array_index(texts, i));
	return g_string_free(joined, FALSE);
}

/* One text of the facts against what stands beside the supplier's name in the agreement. */
typedef struct {
	const char *inner, *expected;
} TextCase;

static void check_texts(const TextCase *cases, gsize count, gsize offset)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *agreement = g_strconcat(cases[i].inner, NAMED, NULL);
		g_autoptr(InvoiceFacts) facts = read_cii((Body){.agreement = agreement});
		g_assert_cmpstr(G_STRUCT_MEMBER(char *, facts, offset), ==, cases[i].expected);
	}
}

#define TAX(scheme, number) "<SpecifiedTaxRegistration><ID schemeID='" scheme "'>" number "</ID></SpecifiedTaxRegistration>"

static void test_supplier(void)
{
	static const TextCase vat[] = {
		{SELLER(TAX("FC", "12/3") TAX("VA", "DE1") TAX("VA", "DE2")), "DE1"},
		{SELLER("<SpecifiedTaxRegistration><ID>DE1</ID></SpecifiedTaxRegistration>"), NULL},
		{SELLER(TAX("VA", " ") TAX("va", "DE2")), "DE2"},
		{"<BuyerTradeParty>" TAX("VA", "NL1") "</BuyerTradeParty>", NULL},
		{"<SellerTaxRepresentativeTradeParty>" TAX("VA", "NL1") "</SellerTaxRepresentativeTradeParty>", NULL},
	};
	static const TextCase own_id[] = {
		{SELLER("<ID schemeID='0200'>9</ID><GlobalID schemeID='0088'>8</GlobalID>"), "9"},
		{SELLER("<GlobalID schemeID='0088'>8</GlobalID>"), "0088:8"},
		{SELLER("<DefinedTradeContact><ID>7</ID></DefinedTradeContact>"), NULL},
	};
	static const TextCase legal_id[] = {
		{SELLER("<SpecifiedLegalOrganization><ID schemeID='0002'>552</ID><TradingBusinessName>V</TradingBusinessName></SpecifiedLegalOrganization>"), "0002:552"},
		{SELLER("<SpecifiedLegalOrganization><ID schemeID=' '>552</ID></SpecifiedLegalOrganization>"), "552"},
	};
	static const TextCase endpoint[] = {
		{SELLER("<URIUniversalCommunication><URIID schemeID='EM'>a@x.example</URIID></URIUniversalCommunication>"), "EM:a@x.example"},
	};
	static const TextCase mail[] = {
		{SELLER("<DefinedTradeContact><EmailURIUniversalCommunication><URIID>a@x.example</URIID></EmailURIUniversalCommunication></DefinedTradeContact>"),
		 "a@x.example"},
	};

	check_texts(vat, G_N_ELEMENTS(vat), G_STRUCT_OFFSET(InvoiceFacts, supplier.vat));
	check_texts(own_id, G_N_ELEMENTS(own_id), G_STRUCT_OFFSET(InvoiceFacts, supplier.own_id));
	check_texts(legal_id, G_N_ELEMENTS(legal_id), G_STRUCT_OFFSET(InvoiceFacts, supplier.legal_id));
	check_texts(endpoint, G_N_ELEMENTS(endpoint), G_STRUCT_OFFSET(InvoiceFacts, supplier.endpoint));
	check_texts(mail, G_N_ELEMENTS(mail), G_STRUCT_OFFSET(InvoiceFacts, supplier.contact_mail));
}

#define ORDER(inner) "<BuyerOrderReferencedDocument>" inner "</BuyerOrderReferencedDocument>"

/* An element counts only at its own place and of its own namespace. */
static void test_places(void)
{
	static const TextCase cases[] = {
		{ORDER("<IssuerAssignedID>PO</IssuerAssignedID>"), "PO"},
		{ORDER("<ID>PO</ID>"), NULL},
		{ORDER("<x:IssuerAssignedID xmlns:x='urn:x'>X</x:IssuerAssignedID><IssuerAssignedID> P\n O </IssuerAssignedID>"), "P O"},
		{"<SellerOrderReferencedDocument><IssuerAssignedID>X</IssuerAssignedID></SellerOrderReferencedDocument>", NULL},
		{ORDER("<IssuerAssignedID/>") ORDER("<IssuerAssignedID>second</IssuerAssignedID>"), "second"},
	};

	check_texts(cases, G_N_ELEMENTS(cases), G_STRUCT_OFFSET(InvoiceFacts, order_reference));
}

static void test_dates(void)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{DAY("20260305"), "2026-03-05"},
		{DAY("20240229"), "2024-02-29"},
		{"<t:DateTimeString>20260305</t:DateTimeString>", "2026-03-05"},
		{"<t:DateTimeString format='203'>202603051430</t:DateTimeString>", "2026-03-05"},
		{"<t:DateTimeString format='204'>20260305143000</t:DateTimeString>", "2026-03-05"},
		{"<t:DateTimeString format='203'>20260305</t:DateTimeString>", NULL},
		{"<t:DateTimeString format='610'>20260305</t:DateTimeString>", NULL},
		{"<t:DateTimeString format='1020'>20260305</t:DateTimeString>", NULL},
		{DAY("2026-03-05"), NULL},
		{DAY("20260230"), NULL},
		{DAY("00000000"), NULL},
		{DAY("2026030５"), NULL},
		{DAY("+2026305"), NULL},
		{DAY("202603051"), NULL},
		{"<DateTimeString format='102'>20260305</DateTimeString>", NULL},
		{"20260305", NULL},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *header = g_strconcat("<ID>A-1</ID>" "<IssueDateTime>", cases[i].text, "</IssueDateTime>", NULL);
		const Body body = {.header = header};
		if (cases[i].expected == NULL) {
			g_autofree char *reason = reason_of(body);
			g_assert_nonnull(strstr(reason, "the issue date"));
			continue;
		}
		g_autoptr(InvoiceFacts) facts = read_cii(body);
		g_autofree char *issued = date_format(facts->issue_date);
		g_assert_cmpstr(issued, ==, cases[i].expected);
	}
}

static void test_kinds(void)
{
	static const struct {
		const char *type_code;
		InvoiceKind expected;
	} cases[] = {{"380", INVOICE_KIND_INVOICE}, {"384", INVOICE_KIND_INVOICE}, {"875", INVOICE_KIND_INVOICE},
	             {"381", INVOICE_KIND_CREDIT_NOTE}, {"261", INVOICE_KIND_CREDIT_NOTE}, {"", INVOICE_KIND_INVOICE}};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *header = g_strconcat("<ID>A-1</ID><TypeCode>", cases[i].type_code, "</TypeCode>" ISSUED(DAY("20260305")), NULL);
		g_autoptr(InvoiceFacts) facts = read_cii((Body){.header = header}), old = read_zugferd1((Body){.header = header});
		g_assert_cmpint(facts->kind, ==, cases[i].expected);
		g_assert_cmpint(old->kind, ==, cases[i].expected);
		g_assert_cmpstr(facts->syntax, ==, "cii");
		g_assert_cmpstr(old->syntax, ==, "zugferd1");
	}
}

#define COST(id) "<ReceivableSpecifiedTradeAccountingAccount><ID>" id "</ID></ReceivableSpecifiedTradeAccountingAccount>"
#define LINE(group, id) "<IncludedSupplyChainTradeLineItem><" group ">" COST(id) "</" group "></IncludedSupplyChainTradeLineItem>"
#define CII_LINE(id) LINE("SpecifiedLineTradeSettlement", id)
#define ZUGFERD1_LINE(id) LINE("SpecifiedSupplyChainTradeSettlement", id)

static void test_costs(void)
{
	static const struct {
		const char *header, *lines, *expected;
	} cases[] = {
		{COST("H"), "", "H"},
		{"", CII_LINE("L") CII_LINE("M") CII_LINE("L"), "L;M"},
		{COST("H") COST("I"), CII_LINE("L") CII_LINE("I") CII_LINE("M"), "H;I;L;M"},
		{"", ZUGFERD1_LINE("L"), ""},
		{"", "<IncludedSupplyChainTradeLineItem>" COST("X") "</IncludedSupplyChainTradeLineItem>", ""},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *settlement = g_strconcat(CURRENCY CII_TOTAL, cases[i].header, NULL);
		g_autoptr(InvoiceFacts) facts = read_cii((Body){.settlement = settlement, .lines = cases[i].lines});
		g_autofree char *costs = join(facts->cost_references);
		g_assert_cmpstr(costs, ==, cases[i].expected);
	}
	g_autoptr(InvoiceFacts) old = read_zugferd1((Body){.settlement = COST("H") CURRENCY ZUGFERD1_TOTAL, .lines = ZUGFERD1_LINE("L")});
	g_autofree char *costs = join(old->cost_references);
	g_assert_cmpstr(costs, ==, "H;L");
}

#define MEANS(account) \
	"<SpecifiedTradeSettlementPaymentMeans><PayeePartyCreditorFinancialAccount>" account "</PayeePartyCreditorFinancialAccount>" \
	"</SpecifiedTradeSettlementPaymentMeans>"

static void test_accounts(void)
{
	static const char settlement[] = CURRENCY CII_TOTAL MEANS("<ProprietaryID>77</ProprietaryID><IBANID>NL57 RABO</IBANID>") MEANS("<ProprietaryID>88</ProprietaryID>")
		MEANS("<IBANID> </IBANID><ProprietaryID>99</ProprietaryID>") MEANS("<IBANID>NL57 RABO</IBANID>") MEANS("")
		"<SpecifiedTradeSettlementPaymentMeans><PayerPartyDebtorFinancialAccount><IBANID>DEBTOR</IBANID></PayerPartyDebtorFinancialAccount>"
		"</SpecifiedTradeSettlementPaymentMeans>";
	g_autoptr(InvoiceFacts) facts = read_cii((Body){.settlement = settlement});
	g_autofree char *ibans = join(facts->ibans);

	g_assert_cmpstr(ibans, ==, "NL57 RABO;88;99");
}

#define TERMS(inner) "<SpecifiedTradePaymentTerms>" inner "</SpecifiedTradePaymentTerms>"
#define DUE(day) "<DueDateDateTime>" DAY(day) "</DueDateDateTime>"
#define DISCOUNT(inner) "<ApplicableTradePaymentDiscountTerms>" inner "</ApplicableTradePaymentDiscountTerms>"
#define PERIOD(count, unit) "<BasisPeriodMeasure unitCode='" unit "'>" count "</BasisPeriodMeasure>"
#define BASIS(day) "<BasisDateTime>" DAY(day) "</BasisDateTime>"
#define PERCENT(percent) "<CalculationPercent>" percent "</CalculationPercent>"

/* "date/days/percent" for each; owned by the caller. */
static char *discounts_of(const InvoiceFacts *facts)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < facts->discounts->len; i++) {
		const Discount *discount = &g_array_index(facts->discounts, Discount, i);
		g_autofree char *date = date_format(discount->date);
		g_string_append_printf(text, "%s%s/%d/%s", i > 0 ? " " : "", date ? date : "-", discount->days, discount->percent ? discount->percent : "-");
	}
	return g_string_free(text, FALSE);
}

static void test_discounts(void)
{
	static const TextCase cases[] = {
		{TERMS(DISCOUNT(PERIOD("14", "DAY") PERCENT("2.00"))), "2026-03-19/14/2.00"},
		{TERMS(DISCOUNT(PERIOD("2", "WEE") PERCENT("2"))), "2026-03-19/-1/2"},
		{TERMS(DISCOUNT(BASIS("20260131") PERIOD("1", "MON") PERCENT("2"))), "2026-02-28/-1/2"},
		{TERMS(DISCOUNT(BASIS("20261115") PERIOD("2", "MON") PERCENT("2"))), "2027-01-15/-1/2"},
		{TERMS(DISCOUNT(BASIS("20260310") PERIOD("10.0", "DAY") PERCENT("2"))), "2026-03-20/-1/2"},
		{TERMS(DISCOUNT("<BasisPeriodMeasure>10</BasisPeriodMeasure>" PERCENT("2"))), "2026-03-15/10/2"},
		{TERMS(DISCOUNT(PERIOD("7", "DAY") "<ActualDiscountAmount>3.00</ActualDiscountAmount>")), "2026-03-12/7/-"},
		{TERMS(DUE("20260606") DISCOUNT(PERCENT("2.5"))) TERMS(DUE("20260613")), "2026-06-06/-1/2.5"},
		{TERMS(DUE("20260606")) TERMS(DISCOUNT(PERCENT("2.5"))), "-/-1/2.5"},
		{TERMS(DISCOUNT(BASIS("20260315") PERCENT("2"))), "2026-03-15/-1/2"},
		{TERMS(DUE("20260606") DISCOUNT(BASIS("20260315") PERCENT("2"))), "2026-06-06/-1/2"},
		{TERMS(DISCOUNT(PERIOD("14", "DAY") PERCENT("1"))) TERMS(DISCOUNT(PERIOD("7", "DAY") PERCENT("2"))), "2026-03-19/14/1 2026-03-12/7/2"},
		{TERMS(DISCOUNT(PERIOD("14", "DAY") PERCENT("1")) DISCOUNT(PERIOD("7", "DAY") PERCENT("2"))), "2026-03-19/14/1 2026-03-12/7/2"},
		{TERMS(DISCOUNT(PERIOD("14", "DAY") PERCENT("2")) "<Description>#SKONTO#TAGE=7#PROZENT=3.00#</Description>"), "2026-03-19/14/2 2026-03-12/7/3.00"},
		{TERMS(DISCOUNT(PERIOD("14", "HUR") PERCENT("2"))), "-/-1/2"},
		{TERMS(DISCOUNT(PERIOD("1.5", "WEE") PERCENT("2"))), "-/-1/2"},
		{TERMS(DISCOUNT(PERIOD("-3", "DAY") PERCENT("2"))), "-/-1/2"},
		{TERMS(DISCOUNT(PERIOD("x", "DAY") PERCENT("lots"))), ""},
		{TERMS(DISCOUNT(PERIOD("", "DAY"))), ""},
		{TERMS(DISCOUNT(PERIOD("99999999999999999999", "DAY") PERCENT("2"))), "-/-1/2"},
		{TERMS(DISCOUNT(PERIOD("2147483647", "MON") PERCENT("2"))), "-/-1/2"},
		{TERMS("<ApplicableTradePaymentPenaltyTerms>" PERIOD("14", "DAY") PERCENT("8") "</ApplicableTradePaymentPenaltyTerms>"), ""},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *cii = g_strconcat(CURRENCY CII_TOTAL, cases[i].inner, NULL), *old = g_strconcat(cases[i].inner, CURRENCY ZUGFERD1_TOTAL, NULL);
		g_autoptr(InvoiceFacts) facts = read_cii((Body){.settlement = cii}), old_facts = read_zugferd1((Body){.settlement = old});
		g_autofree char *found = discounts_of(facts), *old_found = discounts_of(old_facts);
		g_assert_cmpstr(found, ==, cases[i].expected);
		g_assert_cmpstr(old_found, ==, cases[i].expected);
	}
}

static void test_due_dates(void)
{
	static const TextCase cases[] = {
		{TERMS(DUE("20260404")), "2026-04-04"},
		{TERMS("<Description>x</Description>") TERMS(DUE("20260404")) TERMS(DUE("20260504")), "2026-04-04"},
		{TERMS(DUE("20260231")) TERMS(DUE("20260504")), "2026-05-04"},
		{TERMS("<DueDateDateTime>soon</DueDateDateTime>"), NULL},
		{"", NULL},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *settlement = g_strconcat(CURRENCY CII_TOTAL, cases[i].inner, NULL);
		g_autoptr(InvoiceFacts) facts = read_cii((Body){.settlement = settlement});
		g_autofree char *due = date_format(facts->due_date);
		g_assert_cmpstr(due, ==, cases[i].expected);
		g_assert_cmpstr(facts->due_date_source, ==, cases[i].expected != NULL ? "document" : NULL);
	}
}

static void test_incomplete(void)
{
	static const struct {
		Body body;
		const char *reason;
	} cases[] = {
		{{.header = ISSUED(DAY("20260305"))}, "the invoice lacks the number"},
		{{.header = "<ID>1</ID>" ISSUED(DAY("15-01-2025"))}, "the invoice lacks the issue date (the issue date \"15-01-2025\" is no date)"},
		{{.settlement = CURRENCY}, "the invoice lacks the payable total"},
		{{.settlement = CURRENCY ZUGFERD1_TOTAL}, "the invoice lacks the payable total"},
		{{.agreement = ""}, "the invoice lacks the supplier's name"},
		{{.agreement = "<BuyerTradeParty><Name>B</Name></BuyerTradeParty>"}, "the invoice lacks the supplier's name"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *reason = reason_of(cases[i].body);
		g_assert_cmpstr(reason, ==, cases[i].reason);
	}
}

/* In an envelope, as Peppol delivers it. */
static void test_envelope(void)
{
	static const Body plain = {NULL, NULL, NULL, NULL};
	g_autofree char *invoice = cii_of(&plain);
	g_autofree char *one = g_strconcat("<e:StandardBusinessDocument xmlns:e='http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader'>"
	                                   "<e:StandardBusinessDocumentHeader/>", invoice, "</e:StandardBusinessDocument>", NULL);
	g_autoptr(InvoiceFacts) facts = read_ok(one);

	g_assert_cmpstr(facts->number, ==, "A-1");
	g_assert_cmpstr(facts->syntax, ==, "cii");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cii/supplier", test_supplier);
	g_test_add_func("/cii/places", test_places);
	g_test_add_func("/cii/dates", test_dates);
	g_test_add_func("/cii/kinds", test_kinds);
	g_test_add_func("/cii/costs", test_costs);
	g_test_add_func("/cii/accounts", test_accounts);
	g_test_add_func("/cii/discounts", test_discounts);
	g_test_add_func("/cii/due-dates", test_due_dates);
	g_test_add_func("/cii/incomplete", test_incomplete);
	g_test_add_func("/cii/envelope", test_envelope);
	return g_test_run();
}
