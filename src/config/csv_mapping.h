/* How a CSV file of invoices is read: intake.csv of akkoord.conf. */
#ifndef CONFIG_CSV_MAPPING_H
#define CONFIG_CSV_MAPPING_H

#include "config/options.h"

/* What a column or a constant may give: name of the setting, its kind, the member of the invoice as JSON (intake/invoice_json.h), within the object of that name; help. */
#define CSV_FIELDS(X)                                                                                                                  \
	X(NUMBER, "number", TEXT, NULL, "number", "The supplier's number of the invoice.")                                                \
	X(SUPPLIER, "supplier", TEXT, "supplier", "name", "The supplier's name.")                                                         \
	X(SUPPLIER_VAT, "supplier_vat", TEXT, "supplier", "vat", "The supplier's VAT number.")                                            \
	X(SUPPLIER_LEGAL_ID, "supplier_legal_id", TEXT, "supplier", "legal_id", "The supplier's number in a register.")                   \
	X(SUPPLIER_TAX_ID, "supplier_tax_id", TEXT, "supplier", "tax_id", "Another tax number of the supplier.")                          \
	X(SUPPLIER_OWN_ID, "supplier_own_id", TEXT, "supplier", "own_id", "The supplier's number in the ERP.")                            \
	X(SUPPLIER_ENDPOINT, "supplier_endpoint", TEXT, "supplier", "endpoint", "The supplier's electronic address.")                     \
	X(SUPPLIER_COUNTRY, "supplier_country", TEXT, "supplier", "country", "The supplier's country (ISO 3166).")                        \
	X(SUPPLIER_MAIL, "supplier_mail", TEXT, "supplier", "contact_mail", "The supplier's mail address.")                               \
	X(BUYER, "buyer", TEXT, "buyer", "name", "The buyer's name.")                                                                     \
	X(BUYER_VAT, "buyer_vat", TEXT, "buyer", "vat", "The buyer's VAT number, which tells the administration.")                        \
	X(BUYER_LEGAL_ID, "buyer_legal_id", TEXT, "buyer", "legal_id", "The buyer's number in a register, likewise.")                     \
	X(KIND, "kind", KIND, NULL, "kind", "Whether it is a credit note (credit_notes); without it the type code says so.")              \
	X(TYPE_CODE, "type_code", TEXT, NULL, "type_code", "380, 381 … (UNTDID 1001).")                                                   \
	X(ISSUE_DATE, "issue_date", DATE, NULL, "issue_date", "The date of the invoice.")                                                 \
	X(RECEIVED, "received", DAY, NULL, "received", "The day it came in, for an invoice without a date of its own.")                   \
	X(DUE_DATE, "due_date", DATE, NULL, "due_date", "When it has to be paid.")                                                        \
	X(DISCOUNT_DATE, "discount_date", DATE, NULL, "discount_date", "The last day for early payment.")                                 \
	X(CURRENCY, "currency", TEXT, NULL, "currency", "Its currency (ISO 4217).")                                                       \
	X(GROSS, "gross", AMOUNT, NULL, "gross", "The total with tax.")                                                                   \
	X(PAYABLE, "payable", AMOUNT, NULL, "payable", "What is to be paid; without it the total with tax.")                              \
	X(PREPAID, "prepaid", AMOUNT, NULL, "prepaid", "What was paid already.")                                                          \
	X(COST_CENTRE, "cost_centre", LIST, NULL, "cost_centres", "Its cost centres.")                                                    \
	X(BUYER_REFERENCE, "buyer_reference", TEXT, NULL, "buyer_reference", "The buyer reference.")                                      \
	X(ORDER, "order", TEXT, NULL, "order", "The purchase order.")                                                                     \
	X(CONTRACT, "contract", TEXT, NULL, "contract_reference", "The contract.")                                                        \
	X(PROJECT, "project", TEXT, NULL, "project_reference", "The project.")                                                            \
	X(PRECEDING, "preceding", LIST, NULL, "preceding", "The invoices that it corrects.")                                              \
	X(IBAN, "iban", LIST, NULL, "ibans", "The supplier's bank accounts.")                                                             \
	X(PAYEE, "payee", TEXT, NULL, "payee_name", "Who is paid, where that is not the supplier.")                                       \
	X(TERMS, "terms", TEXT, NULL, "terms", "The text of the payment terms.")                                                          \
	X(REQUESTER, "requester", TEXT, NULL, "requester", "The uid or mail address of the employee who ordered it.")                     \
	X(ADMINISTRATION, "administration", TEXT, NULL, "administration", "The buyer's legal entity, by its name in the policy.")

typedef enum {
#define CSV_FIELD_NAME(id, name, kind, object, member, help) CSV_##id,
	CSV_FIELDS(CSV_FIELD_NAME)
#undef CSV_FIELD_NAME
	CSV_FIELD_COUNT
} CsvField;

typedef enum { CSV_KIND_TEXT, CSV_KIND_LIST, CSV_KIND_DATE, CSV_KIND_DAY, CSV_KIND_AMOUNT, CSV_KIND_KIND } CsvFieldKind;

typedef struct {
	const char *name;
	CsvFieldKind kind;
	const char *object, *member;
} CsvFieldInfo;
const CsvFieldInfo *csv_field_info(CsvField field);

typedef struct {
	char *name;
	char *delimiter; /* one sign, or "tab"; NULL: the header row tells */
	char *encoding;
	char *decimal, *grouping; /* one sign each; grouping NULL: none */
	char *date;               /* D, DD, M, MM, YY, YYYY and what stands between them */
	GPtrArray *credit_notes;  /* of char *: what the column `kind` says of one */
	GPtrArray *columns[CSV_FIELD_COUNT]; /* of char *: names in the header row; NULL: none */
	char *constants[CSV_FIELD_COUNT];    /* where the columns say nothing; NULL: none */
} CsvMapping;

/* As "{ … }" of intake.csv; for settings.c. */
extern const Option csv_mapping_options[];
gpointer csv_mapping_create(const char *name);
void csv_mapping_free(CsvMapping *mapping);
/* Says what is missing in it: what no invoice can do without has to have a column or a constant. */
void csv_mapping_finish(const ConfNode *group, gpointer item, const OptionReader *reader);

#endif
