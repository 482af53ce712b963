/* Invoices to measure with: what accounting programs in the field write, in three sizes. */
#include "sample.h"

#include <glib.h>

#define UBL "urn:oasis:names:specification:ubl:schema:xsd:"

static void append_party(GString *text, const char *role, const char *name)
{
	g_string_append_printf(text,
	                       "  <cac:%s>\n    <cac:Party>\n      <cbc:EndpointID schemeID=\"0106\">12345678</cbc:EndpointID>\n"
	                       "      <cac:PartyName>\n        <cbc:Name>%s</cbc:Name>\n      </cac:PartyName>\n"
	                       "      <cac:PostalAddress>\n        <cbc:StreetName>Kade 12</cbc:StreetName>\n"
	                       "        <cbc:CityName>Rotterdam</cbc:CityName>\n        <cbc:PostalZone>3011 AA</cbc:PostalZone>\n"
	                       "        <cac:Country>\n          <cbc:IdentificationCode>NL</cbc:IdentificationCode>\n        </cac:Country>\n"
	                       "      </cac:PostalAddress>\n      <cac:PartyTaxScheme>\n        <cbc:CompanyID>NL123456789B01</cbc:CompanyID>\n"
	                       "        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n      </cac:PartyTaxScheme>\n"
	                       "      <cac:PartyLegalEntity>\n        <cbc:RegistrationName>%s B.V.</cbc:RegistrationName>\n"
	                       "        <cbc:CompanyID schemeID=\"0106\">12345678</cbc:CompanyID>\n      </cac:PartyLegalEntity>\n"
	                       "    </cac:Party>\n  </cac:%s>\n",
	                       role, name, name, role);
}

static void append_line(GString *text, guint number)
{
	g_string_append_printf(text,
	                       "  <cac:InvoiceLine>\n    <cbc:ID>%u</cbc:ID>\n    <cbc:Note>Werkzaamheden volgens opdracht</cbc:Note>\n"
	                       "    <cbc:InvoicedQuantity unitCode=\"HUR\">8</cbc:InvoicedQuantity>\n"
	                       "    <cbc:LineExtensionAmount currencyID=\"EUR\">1000.00</cbc:LineExtensionAmount>\n"
	                       "    <cbc:AccountingCost>KST-%u</cbc:AccountingCost>\n    <cac:InvoicePeriod>\n"
	                       "      <cbc:StartDate>2026-02-01</cbc:StartDate>\n      <cbc:EndDate>2026-02-28</cbc:EndDate>\n    </cac:InvoicePeriod>\n"
	                       "    <cac:Item>\n      <cbc:Description>Dienst nummer %u met een omschrijving van gewone lengte</cbc:Description>\n"
	                       "      <cbc:Name>Dienst</cbc:Name>\n      <cac:SellersItemIdentification>\n        <cbc:ID>D-%u</cbc:ID>\n"
	                       "      </cac:SellersItemIdentification>\n      <cac:ClassifiedTaxCategory>\n        <cbc:ID>S</cbc:ID>\n"
	                       "        <cbc:Percent>21</cbc:Percent>\n        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n"
	                       "      </cac:ClassifiedTaxCategory>\n    </cac:Item>\n    <cac:Price>\n"
	                       "      <cbc:PriceAmount currencyID=\"EUR\">125.00</cbc:PriceAmount>\n    </cac:Price>\n  </cac:InvoiceLine>\n",
	                       number, number % 5, number, number);
}

char *sample_invoice(guint number, guint lines, gsize attachment)
{
	GString *text = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Invoice xmlns=\"" UBL "Invoice-2\" xmlns:cac=\"" UBL
	                             "CommonAggregateComponents-2\" xmlns:cbc=\"" UBL "CommonBasicComponents-2\">\n");

	g_string_append_printf(text,
	                       "  <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>\n"
	                       "  <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>\n  <cbc:ID>2026-%06u</cbc:ID>\n"
	                       "  <cbc:IssueDate>2026-03-05</cbc:IssueDate>\n  <cbc:DueDate>2026-04-04</cbc:DueDate>\n"
	                       "  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>\n  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>\n"
	                       "  <cbc:AccountingCost>KST-200</cbc:AccountingCost>\n  <cbc:BuyerReference>PRJ-77</cbc:BuyerReference>\n"
	                       "  <cac:OrderReference>\n    <cbc:ID>PO-%u</cbc:ID>\n  </cac:OrderReference>\n",
	                       number, number);
	if (attachment > 0) {
		g_autofree char *base64 = g_strnfill(attachment, 'A');
		g_string_append_printf(text,
		                       "  <cac:AdditionalDocumentReference>\n    <cbc:ID>1</cbc:ID>\n    <cac:Attachment>\n      <cbc:EmbeddedDocumentBinaryObject "
		                       "mimeCode=\"application/pdf\" filename=\"a.pdf\">%s</cbc:EmbeddedDocumentBinaryObject>\n    </cac:Attachment>\n"
		                       "  </cac:AdditionalDocumentReference>\n",
		                       base64);
	}
	append_party(text, "AccountingSupplierParty", "Vink &amp; Zonen");
	append_party(text, "AccountingCustomerParty", "Gemeente Voorbeeld");
	g_string_append(text,
	                "  <cac:PaymentMeans>\n    <cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>\n    <cac:PayeeFinancialAccount>\n"
	                "      <cbc:ID>NL57RABO0107307510</cbc:ID>\n    </cac:PayeeFinancialAccount>\n  </cac:PaymentMeans>\n"
	                "  <cac:PaymentTerms>\n    <cbc:Note>30 dagen netto</cbc:Note>\n  </cac:PaymentTerms>\n"
	                "  <cac:LegalMonetaryTotal>\n    <cbc:LineExtensionAmount currencyID=\"EUR\">1000.00</cbc:LineExtensionAmount>\n"
	                "    <cbc:TaxInclusiveAmount currencyID=\"EUR\">1210.00</cbc:TaxInclusiveAmount>\n"
	                "    <cbc:PayableAmount currencyID=\"EUR\">1210.00</cbc:PayableAmount>\n  </cac:LegalMonetaryTotal>\n");
	for (guint i = 1; i <= lines; i++)
		append_line(text, i);
	g_string_append(text, "</Invoice>\n");
	return g_string_free(text, FALSE);
}
