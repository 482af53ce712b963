/* Invoices, read. What the document says is taken from the event that brought it, so an erased side record leaves it nameless
 * here too. */
#include "base/error.h"
#include "base/text.h"
#include "store/store_internal.h"

#include <string.h>

#define CANDIDATES_MAX 10

#define INVOICE_SELECT \
	"SELECT invoice.id, invoice.state, invoice.received, invoice.document, invoice.chain, invoice.policy_version, invoice.stuck," \
	" invoice.stuck_why, invoice.closed, event.canonical, side.body, invoice.opens, invoice.administration, invoice.began," \
	" invoice.waits, invoice.booked, invoice.facts" \
	" FROM invoice JOIN event ON event.seq = invoice.facts LEFT JOIN side ON side.seq = invoice.facts"

static const char BY_ID[] = INVOICE_SELECT " WHERE invoice.id = :id";
static const char BY_IDENTITY[] = INVOICE_SELECT " WHERE invoice.identity = :identity";
static const char BY_NUMBER[] = INVOICE_SELECT " WHERE invoice.number_key = :number ORDER BY invoice.id";
static const char BY_DOCUMENT[] =
	INVOICE_SELECT " WHERE invoice.id = (SELECT invoice FROM invoice_document WHERE document = :document)";

/* "open" stands in the text, not in a parameter, so that the index of open invoices serves. */
#define LIST_FILTERS \
	" AND (:stuck = 0 OR invoice.stuck > 0)" \
	" AND (:on_hold = 0 OR EXISTS (SELECT 1 FROM hold WHERE hold.invoice = invoice.id AND hold.ended IS NULL AND hold.until > :now))" \
	" AND (:by_administration = 0 OR invoice.administration = :administration)" \
	" AND (:late = 0 OR EXISTS (SELECT 1 FROM approval WHERE approval.invoice = invoice.id AND approval.state = 'pending'" \
	" AND approval.deadline < :now))" \
	" AND (:by_approver = 0 OR EXISTS (SELECT 1 FROM approval WHERE approval.invoice = invoice.id" \
	" AND approval.state = 'pending' AND (approval.person = :approver OR EXISTS (SELECT 1 FROM asked WHERE asked.approval = approval.id" \
	" AND asked.person = :approver AND asked.ended IS NULL))))" \
	" AND (:withheld = 0 OR EXISTS (SELECT 1 FROM approval" \
	" JOIN message_approval ON message_approval.approval = approval.id JOIN message ON message.id = message_approval.message" \
	" WHERE approval.invoice = invoice.id AND message.state = 'withheld'))" \
	" AND (:bounced = 0 OR EXISTS (SELECT 1 FROM approval" \
	" JOIN message_approval ON message_approval.approval = approval.id JOIN message ON message.id = message_approval.message" \
	" WHERE approval.invoice = invoice.id AND message.bounces > 0))" \
	" AND (:no_reminder = 0 OR NOT EXISTS (SELECT 1 FROM approval" \
	" JOIN message_approval ON message_approval.approval = approval.id JOIN message ON message.id = message_approval.message" \
	" WHERE approval.invoice = invoice.id AND message.state IN ('accepted', 'uncertain')))" \
	" ORDER BY invoice.received, invoice.id LIMIT :limit"
#define LIST_AFTER " WHERE (invoice.received, invoice.id) > (:after_received, :after_id)"
static const char LIST_ALL[] = INVOICE_SELECT LIST_AFTER LIST_FILTERS;
static const char LIST_OPEN[] = INVOICE_SELECT LIST_AFTER " AND invoice.state = 'open'" LIST_FILTERS;

static const char ADMINISTRATION_OF[] =
	"SELECT invoice.administration FROM approval JOIN invoice ON invoice.id = approval.invoice WHERE approval.id = :approval";

void invoice_row_free(InvoiceRow *row)
{
	if (row == NULL)
		return;
	g_free(row->id);
	g_free(row->identity);
	g_free(row->supplier_key);
	g_free(row->substance);
	invoice_facts_free(row->facts);
	g_free(row->document);
	g_free(row->via);
	g_free(row->chain);
	g_free(row->administration);
	g_free(row->stuck_why);
	g_free(row->waits);
	g_free(row);
}

/* All but what its event says. */
static InvoiceRow *read_columns(SqlStatement *statement, GError **error)
{
	g_autoptr(InvoiceRow) row = g_new0(InvoiceRow, 1);
	row->id = sql_text_dup(statement, 0);
	if (!invoice_state_parse(sql_text(statement, 1), &row->state)) {
		error_set(error, ERROR_BROKEN, "invoice %s: no such state: %s", row->id, sql_text(statement, 1));
		return NULL;
	}
	row->received = sql_integer(statement, 2);
	row->document = sql_text_dup(statement, 3);
	row->chain = sql_text_dup(statement, 4);
	row->policy_version = sql_integer(statement, 5);
	row->stuck = sql_integer(statement, 6);
	row->stuck_why = sql_text_dup(statement, 7);
	row->closed = sql_instant(statement, 8);
	row->opens = sql_instant(statement, 11);
	row->administration = sql_text_dup(statement, 12);
	row->began = (int)sql_integer(statement, 13);
	row->waits = sql_text_dup(statement, 14);
	row->booked = sql_instant(statement, 15);
	return g_steal_pointer(&row);
}

static gpointer read_bare(SqlStatement *statement, GError **error)
{
	return read_columns(statement, error);
}

static gpointer read_invoice(SqlStatement *statement, GError **error)
{
	g_autoptr(InvoiceRow) row = read_columns(statement, error);
	if (row == NULL || !store_facts_read(row, sql_text(statement, 9), sql_text(statement, 10), error))
		return NULL;
	return g_steal_pointer(&row);
}

/* The same, which takes from what the store keeps. */
static InvoiceRow *read_known(Store *store, SqlStatement *statement, GError **error)
{
	const gint64 event = sql_integer(statement, 16);
	const gboolean erased = sql_is_null(statement, 10);
	g_autoptr(InvoiceRow) row = read_columns(statement, error);
	if (row == NULL)
		return NULL;
	if (store_facts_recall(store, event, erased, row))
		return g_steal_pointer(&row);
	if (!store_facts_read(row, sql_text(statement, 9), sql_text(statement, 10), error))
		return NULL;
	store_facts_keep(store, event, erased, row);
	return g_steal_pointer(&row);
}

static gboolean none_such(const char *reference, GError **error)
{
	error_set(error, ERROR_NOT_FOUND, "no invoice %s", reference);
	return FALSE;
}

InvoiceRow *store_invoice(Store *store, const char *id, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, BY_ID, error);
	if (statement == NULL)
		return NULL;
	sql_bind_text(statement, ":id", id);
	const SqlStep step = sql_step(statement, error);
	if (step == SQL_DONE)
		none_such(id, error);
	return step == SQL_ROW ? read_known(store, statement, error) : NULL;
}

InvoiceRow *store_invoice_by_identity(Store *store, const char *identity, GError **error)
{
	char sha256[SHA256_HEX_SIZE];
	sha256_hex(identity, strlen(identity), sha256);
	return store_row_of(store, BY_IDENTITY, ":identity", sha256, read_invoice, error);
}

InvoiceRow *store_invoice_by_document(Store *store, const char *sha256, GError **error)
{
	return store_row_of(store, BY_DOCUMENT, ":document", sha256, read_invoice, error);
}

/* An id is known with its scheme ("0106:12345678") and without. */
static gboolean key_is_of(const char *key, const char *text)
{
	if (text == NULL)
		return FALSE;
	g_autofree char *whole = text_key(text);
	const char *colon = strchr(text, ':');
	g_autofree char *bare = colon != NULL ? text_key(colon + 1) : NULL;
	return strcmp(key, whole) == 0 || g_strcmp0(key, bare) == 0;
}

static gboolean is_supplier(const Party *supplier, const char *key)
{
	return key_is_of(key, supplier->name) || key_is_of(key, supplier->vat) || key_is_of(key, supplier->legal_id) ||
	       key_is_of(key, supplier->tax_id) || key_is_of(key, supplier->own_id) || key_is_of(key, supplier->endpoint);
}

static char *list_candidates(const GPtrArray *rows)
{
	GString *list = g_string_new(NULL);
	for (guint i = 0; i < MIN(rows->len, CANDIDATES_MAX); i++) {
		const InvoiceRow *row = rows->pdata[i];
		g_autofree char *issued = date_format(row->facts->issue_date);
		g_string_append_printf(list, "%s%s (%s/%s of %s, %s)", i > 0 ? ", " : "", row->id,
		                       row->facts->supplier.name != NULL ? row->facts->supplier.name : "?", row->facts->number,
		                       issued != NULL ? issued : "?", invoice_state_name(row->state));
	}
	if (rows->len > CANDIDATES_MAX)
		g_string_append_printf(list, " and %u more", rows->len - CANDIDATES_MAX);
	return g_string_free(list, FALSE);
}

/* The rows of that number whose supplier is the one asked for; of any supplier where that is NULL. */
static GPtrArray *find_by_number(Store *store, const char *supplier, const char *number, GError **error)
{
	g_autofree char *supplier_key = supplier != NULL ? text_key(supplier) : NULL;
	g_autofree char *number_key = text_key(number);
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, BY_NUMBER, error);
	if (statement == NULL)
		return NULL;
	sql_bind_text(statement, ":number", number_key);
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)invoice_row_free);
	SqlStep step;
	while ((step = sql_step(statement, error)) == SQL_ROW) {
		g_autoptr(InvoiceRow) row = read_invoice(statement, error);
		if (row == NULL)
			return NULL;
		if (supplier_key == NULL || is_supplier(&row->facts->supplier, supplier_key))
			g_ptr_array_add(rows, g_steal_pointer(&row));
	}
	return step == SQL_DONE ? g_steal_pointer(&rows) : NULL;
}

/* Says what there is instead: most slips are in the supplier's name. */
static InvoiceRow *none_but(Store *store, const char *reference, const char *number, GError **error)
{
	g_autoptr(GPtrArray) rows = find_by_number(store, NULL, number, error);
	if (rows == NULL)
		return NULL;
	g_autofree char *candidates = list_candidates(rows);
	if (rows->len > 0)
		error_set(error, ERROR_NOT_FOUND, "no invoice %s; of that number there is %s", reference, candidates);
	else
		none_such(reference, error);
	return NULL;
}

static InvoiceRow *find_by_id(Store *store, const char *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	InvoiceRow *row = store_invoice(store, id, &failure);
	if (row != NULL)
		return row;
	if (g_error_matches(failure, AKKOORD_ERROR, ERROR_NOT_FOUND))
		return none_but(store, id, id, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return NULL;
}

static InvoiceRow *find_by_reference(Store *store, const char *reference, const char *slash, GError **error)
{
	g_autofree char *supplier = g_strndup(reference, (gsize)(slash - reference));
	g_autoptr(GPtrArray) rows = find_by_number(store, supplier, slash + 1, error);
	if (rows == NULL)
		return NULL;
	if (rows->len == 1)
		return g_ptr_array_steal_index(rows, 0);
	if (rows->len == 0)
		return none_but(store, reference, slash + 1, error);
	g_autofree char *candidates = list_candidates(rows);
	error_set(error, ERROR_CONFLICT, "invoice %s: several are called so: %s", reference, candidates);
	return NULL;
}

InvoiceRow *store_invoice_find(Store *store, const char *reference, GError **error)
{
	const char *slash = strchr(reference, '/');
	return slash == NULL ? find_by_id(store, reference, error) : find_by_reference(store, reference, slash, error);
}

gboolean store_administration(Store *store, const char *approval, char **administration, GError **error)
{
	*administration = NULL;
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, ADMINISTRATION_OF, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":approval", approval);
	const SqlStep step = sql_step(statement, error);
	if (step == SQL_ROW)
		*administration = sql_text_dup(statement, 0);
	return step != SQL_FAILED;
}

static GPtrArray *read_page(Store *store, const InvoiceFilter *filter, const InvoiceRow *last, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, filter->only_open ? LIST_OPEN : LIST_ALL, error);
	if (statement == NULL)
		return NULL;
	const gint64 first = filter->since != 0 ? filter->since : G_MININT64;
	sql_bind_integer(statement, ":after_received", last != NULL ? last->received : first);
	sql_bind_text(statement, ":after_id", last != NULL ? last->id : "");
	sql_bind_integer(statement, ":stuck", filter->stuck);
	sql_bind_integer(statement, ":on_hold", filter->on_hold);
	sql_bind_integer(statement, ":by_administration", filter->administration != NULL);
	sql_bind_text(statement, ":administration", filter->administration);
	sql_bind_integer(statement, ":late", filter->late);
	sql_bind_integer(statement, ":now", filter->now);
	sql_bind_integer(statement, ":by_approver", filter->approver != NULL);
	sql_bind_text(statement, ":approver", filter->approver);
	sql_bind_integer(statement, ":no_reminder", filter->no_reminder);
	sql_bind_integer(statement, ":withheld", filter->withheld);
	sql_bind_integer(statement, ":bounced", filter->bounced);
	sql_bind_integer(statement, ":limit", STORE_PAGE);
	return sql_collect(statement, filter->bare ? read_bare : read_invoice, (GDestroyNotify)invoice_row_free, error);
}

gboolean store_invoices(Store *store, const InvoiceFilter *filter, InvoiceVisit visit, gpointer user_data, GError **error)
{
	g_autoptr(GPtrArray) page = NULL;
	g_autoptr(InvoiceRow) last = NULL;
	do {
		g_clear_pointer(&page, g_ptr_array_unref);
		page = read_page(store, filter, last, error);
		if (page == NULL)
			return FALSE;
		for (guint i = 0; i < page->len; i++)
			if (!visit(page->pdata[i], user_data))
				return TRUE;
		g_clear_pointer(&last, invoice_row_free);
		if (page->len == STORE_PAGE)
			last = g_ptr_array_steal_index(page, STORE_PAGE - 1);
	} while (last != NULL);
	return TRUE;
}
