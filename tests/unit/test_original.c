/* The readable original: which of the embedded files it is, and what is none. */
#include "intake/original.h"
#include "service/attaching.h"

#include <string.h>

#define MEGABYTE (1024 * 1024)
#define HEAD \
	"<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" xmlns:a=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\"" \
	" xmlns:b=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\"><b:ID>2026/118</b:ID>"
#define TAIL "</Invoice>"
#define DOCUMENT(said, attributes, base64) \
	"<a:AdditionalDocumentReference>" said "<a:Attachment><b:EmbeddedDocumentBinaryObject " attributes ">" base64 \
	"</b:EmbeddedDocumentBinaryObject></a:Attachment></a:AdditionalDocumentReference>"
#define ID(text)   "<b:ID>" text "</b:ID>"
#define TYPE(text) "<b:DocumentTypeCode>" text "</b:DocumentTypeCode>"
#define SAYS(text) "<b:DocumentDescription>" text "</b:DocumentDescription>"
#define PDF        "mimeCode=\"application/pdf\""
/* "%PDF-1", "%PDF-2", "%PDF-3", "<html>" */
#define ONE   "JVBERi0x"
#define TWO   "JVBERi0y"
#define THREE "JVBERi0z"
#define HTML  "PGh0bWw+"

/* Of CII */
#define CII_HEAD \
	"<m:CrossIndustryInvoice xmlns:m=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\"" \
	" xmlns:r=\"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100\">"
#define CII_TAIL "</m:CrossIndustryInvoice>"
#define CII_DOCUMENT(said, attributes, base64) \
	"<r:AdditionalReferencedDocument>" said "<r:AttachmentBinaryObject " attributes ">" base64 "</r:AttachmentBinaryObject></r:AdditionalReferencedDocument>"
#define CII_ID(text)   "<r:IssuerAssignedID>" text "</r:IssuerAssignedID>"
#define CII_TYPE(text) "<r:TypeCode>" text "</r:TypeCode>"
#define CII_SAYS(text) "<r:Name>" text "</r:Name>"

static const struct {
	const char *text;
	OriginalState state;
	const char *pdf;
} cases[] = {
	{"%PDF-1.7 itself", ORIGINAL_PDF, "%PDF-1.7 itself"},
	{"", ORIGINAL_NONE, NULL},
	{"%PDX-", ORIGINAL_NONE, NULL},
	{"supplier;number;amount", ORIGINAL_NONE, NULL},
	{HEAD TAIL, ORIGINAL_NONE, NULL},
	{HEAD DOCUMENT(ID("1"), PDF, ONE) TAIL, ORIGINAL_PDF, "%PDF-1"},
	{HEAD DOCUMENT(ID("1"), PDF, "\n JVBE\r\n\tRi0x \n") TAIL, ORIGINAL_PDF, "%PDF-1"},
	{HEAD DOCUMENT(ID("1"), PDF, "<![CDATA[" ONE "]]>") TAIL, ORIGINAL_PDF, "%PDF-1"},
	{HEAD DOCUMENT(ID("1"), "mimeCode=\"Application/PDF\"", ONE) TAIL, ORIGINAL_PDF, "%PDF-1"},
	{HEAD DOCUMENT(ID("1"), "filename=\"A.PDF\"", ONE) TAIL, ORIGINAL_PDF, "%PDF-1"},
	/* the first, unless another says that it is the invoice */
	{HEAD DOCUMENT(ID("1"), PDF, ONE) DOCUMENT(ID("2"), PDF, TWO) TAIL, ORIGINAL_PDF, "%PDF-1"},
	{HEAD DOCUMENT(ID("timesheet"), PDF, ONE) DOCUMENT(ID("2") TYPE("380"), PDF, TWO) TAIL, ORIGINAL_PDF, "%PDF-2"},
	{HEAD DOCUMENT(ID("timesheet"), PDF, ONE) DOCUMENT(ID("2"), PDF " filename=\"x-2026-118.pdf\"", TWO) TAIL, ORIGINAL_PDF, "%PDF-2"},
	{HEAD DOCUMENT(ID("timesheet"), PDF, ONE) DOCUMENT(ID("2") SAYS("Uw FACTUUR"), PDF, TWO) TAIL, ORIGINAL_PDF, "%PDF-2"},
	{HEAD DOCUMENT(ID("factuur"), PDF, ONE) DOCUMENT(ID("2026118"), PDF, TWO) DOCUMENT(TYPE(" CommercialInvoice "), PDF, THREE) TAIL, ORIGINAL_PDF, "%PDF-3"},
	{HEAD DOCUMENT(TYPE("130") ID("1"), PDF, ONE) DOCUMENT(ID("invoice"), "mimeCode=\"image/png\"", TWO) TAIL, ORIGINAL_PDF, "%PDF-1"},
	/* what it says it is counts for nothing beside what it is */
	{HEAD DOCUMENT(ID("invoice") TYPE("380"), PDF, HTML) TAIL, ORIGINAL_BROKEN, NULL},
	{HEAD DOCUMENT(ID("invoice") TYPE("380"), PDF, HTML) DOCUMENT(ID("2"), PDF, TWO) TAIL, ORIGINAL_PDF, "%PDF-2"},
	{HEAD DOCUMENT(ID("invoice"), PDF, "JVBE<b:X>Ri0x</b:X>!") TAIL, ORIGINAL_BROKEN, NULL},
	{HEAD DOCUMENT(ID("invoice"), PDF, "JVBERi0x%00") TAIL, ORIGINAL_BROKEN, NULL},
	{HEAD DOCUMENT(ID("invoice"), PDF, "") TAIL, ORIGINAL_BROKEN, NULL},
	{HEAD DOCUMENT(ID("invoice"), "mimeCode=\"text/html\" filename=\"a.pdf\"", ONE) TAIL, ORIGINAL_NONE, NULL},
	/* elsewhere, or of another namespace */
	{HEAD "<b:EmbeddedDocumentBinaryObject " PDF ">" ONE "</b:EmbeddedDocumentBinaryObject>" TAIL, ORIGINAL_NONE, NULL},
	{HEAD "<a:OriginatorDocumentReference><a:Attachment><b:EmbeddedDocumentBinaryObject " PDF ">" ONE
              "</b:EmbeddedDocumentBinaryObject></a:Attachment></a:OriginatorDocumentReference>" TAIL, ORIGINAL_NONE, NULL},
	{"<AdditionalDocumentReference><Attachment><EmbeddedDocumentBinaryObject " PDF ">" ONE
         "</EmbeddedDocumentBinaryObject></Attachment></AdditionalDocumentReference>", ORIGINAL_NONE, NULL},
	/* CII */
	{CII_HEAD CII_TAIL, ORIGINAL_NONE, NULL},
	{CII_HEAD CII_DOCUMENT(CII_ID("timesheet") CII_TYPE("916"), PDF, ONE) CII_TAIL, ORIGINAL_PDF, "%PDF-1"},
	{CII_HEAD CII_DOCUMENT(CII_ID("timesheet"), PDF, ONE) CII_DOCUMENT(CII_ID("2"), PDF " filename=\"x-2026-118.pdf\"", TWO) CII_TAIL, ORIGINAL_PDF, "%PDF-2"},
	{CII_HEAD CII_DOCUMENT(CII_ID("timesheet"), PDF, ONE) CII_DOCUMENT(CII_SAYS("Rechnung"), PDF, TWO) CII_TAIL, ORIGINAL_PDF, "%PDF-2"},
	{CII_HEAD CII_DOCUMENT(CII_ID("factuur"), PDF, ONE) CII_DOCUMENT(CII_ID("2026118"), PDF, TWO) CII_DOCUMENT(CII_TYPE("380"), PDF, THREE) CII_TAIL, ORIGINAL_PDF, "%PDF-3"},
	{CII_HEAD CII_DOCUMENT(CII_ID("invoice"), PDF, HTML) CII_TAIL, ORIGINAL_BROKEN, NULL},
	{CII_HEAD "<r:AttachmentBinaryObject " PDF ">" ONE "</r:AttachmentBinaryObject>" CII_TAIL, ORIGINAL_NONE, NULL},
	/* a PDF with something before it */
	{"\r\n%PDF-1.4 itself", ORIGINAL_PDF, "\r\n%PDF-1.4 itself"},
	/* not well-formed: what came before counts */
	{HEAD DOCUMENT(ID("1"), PDF, ONE) "<a:b", ORIGINAL_PDF, "%PDF-1"},
	{"<!DOCTYPE x [<!ENTITY a \"b\">]>" HEAD DOCUMENT(ID("1"), PDF, ONE) TAIL, ORIGINAL_NONE, NULL},
};

static void test_which(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) file = g_bytes_new_static(cases[i].text, strlen(cases[i].text)), pdf = NULL;
		const OriginalState state = original_read(file, "2026/118", MEGABYTE, &pdf);
		if (state != cases[i].state || (pdf != NULL) != (cases[i].pdf != NULL))
			g_error("%s: %d", cases[i].text, state);
		g_autofree char *read = pdf ? g_strndup(g_bytes_get_data(pdf, NULL), g_bytes_get_size(pdf)) : NULL;
		g_assert_cmpstr(read, ==, cases[i].pdf);
	}
}

static void test_size(void)
{
	g_autofree char *filler = g_strnfill(40000, 'A'), *text = g_strconcat(HEAD, DOCUMENT(ID("1"), PDF, ONE), NULL), *more = NULL;
	more = g_strdup_printf("%s<a:AdditionalDocumentReference><b:DocumentTypeCode>380</b:DocumentTypeCode><a:Attachment><b:EmbeddedDocumentBinaryObject " PDF ">" ONE
	                       "%s</b:EmbeddedDocumentBinaryObject></a:Attachment></a:AdditionalDocumentReference>" TAIL, text, filler);
	g_autoptr(GBytes) file = g_bytes_new_static(more, strlen(more)), pdf = NULL;
	g_assert_cmpint(original_read(file, NULL, 30006, &pdf), ==, ORIGINAL_PDF);
	g_assert_cmpuint(g_bytes_get_size(pdf), ==, 30006);
	g_clear_pointer(&pdf, g_bytes_unref);
	/* another that would fit is not the invoice */
	g_assert_cmpint(original_read(file, NULL, 30005, &pdf), ==, ORIGINAL_TOO_BIG);
	g_assert_null(pdf);
	g_autoptr(GBytes) itself = g_bytes_new_static("%PDF-1.7", 8);
	g_assert_cmpint(original_read(itself, NULL, 7, &pdf), ==, ORIGINAL_TOO_BIG);
	g_assert_null(pdf);
}

static void test_names(void)
{
	static const struct {
		const char *supplier, *number, *name;
	} names[] = {
		{"Bakkerij Jansen & Zn.", "2026-118", "Bakkerij Jansen & Zn. 2026-118.pdf"},
		{"Müller GmbH", "R/17", "Müller GmbH R-17.pdf"},
		{"../../etc", "passwd", "etc passwd.pdf"},
		{".hidden", "a:b*c?\"<>|\\", "hidden a-b-c------.pdf"},
		{"a\r\nBcc: x", "\xe2\x80\xae" "fdp.exe", "a Bcc- x fdp.exe.pdf"},
		{NULL, NULL, "document.pdf"},
		{"...", " ", "document.pdf"},
		{"/", "...", "document.pdf"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *name = attaching_name(names[i].supplier, names[i].number, ".pdf");
		g_assert_cmpstr(name, ==, names[i].name);
	}
	g_autofree char *endless = g_strnfill(5000, 'x'), *name = attaching_name(endless, endless, ".pdf");
	g_assert_cmpuint(strlen(name), ==, 125);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/original/which", test_which);
	g_test_add_func("/original/size", test_size);
	g_test_add_func("/original/names", test_names);
	return g_test_run();
}
