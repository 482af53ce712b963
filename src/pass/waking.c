/* One that fails must not hold up the others, nor be tried without a pause. */
#include "pass/waking.h"

#include "base/error.h"
#include "domain/resolve.h"
#include "service/decision.h"

#define BATCH    500 /* read at once */
#define TOGETHER 20  /* written at once: others wait no longer than that takes */
#define FAILED_RETRY_S 600

static gboolean concerns_all(const GError *failure)
{
	return error_kind(failure) == ERROR_TRANSIENT || error_kind(failure) == ERROR_BROKEN;
}

static char *name_of_invoice(Session *session, const char *id)
{
	g_autoptr(InvoiceRow) invoice = id ? store_invoice(session_store(session), id, NULL) : NULL;
	return invoice ? invoice_label(invoice) : g_strdup(id);
}

static char *name_of_person(Session *session, const char *id)
{
	g_autoptr(PersonRow) row = store_person(session_store(session), id, NULL);
	return g_strdup(row ? person_label(row->person) : id);
}

/* As people know it. */
static char *name_of(Session *session, WakeupKind kind, const char *id)
{
	g_autoptr(Approval) approval = kind == WAKEUP_APPROVAL ? store_approval(session_store(session), id, NULL) : NULL;
	if (kind == WAKEUP_INVOICE || approval)
		return name_of_invoice(session, approval ? approval->invoice : id);
	return kind == WAKEUP_ADMINS || kind == WAKEUP_SUMMARY ? g_strdup(id) : name_of_person(session, id);
}

gboolean waking_put_off(Session *session, WakeupKind kind, const char *id, const GError *failure, gint64 now, GError **error)
{
	static const char *const kinds[] = {"invoice", "approval of invoice", "notice to the", "calendar of", "return of", "person", "thanks to", "summary of the"};
	if (concerns_all(failure)) {
		g_propagate_error(error, g_error_copy(failure));
		return FALSE;
	}
	g_autofree char *name = name_of(session, kind, id);
	g_warning("%s %s: %s", kinds[kind], name, failure->message);
	return store_wakeup_set(session_store(session), kind, id, now + FAILED_RETRY_S, error);
}

static gboolean wake_or_put_off(Session *session, const Wakeup *wakeup, gint64 now, Wake wake, GError **error)
{
	g_autoptr(GError) failure = NULL;
	return wake(session, wakeup, now, &failure) || waking_put_off(session, wakeup->kind, wakeup->id, failure, now, error);
}

/* The next of them, from `first` on; what was done before one that ends the pass stays done. */
static gboolean wake_some(Session *session, const GPtrArray *due, guint first, gint64 now, Wake wake, GError **error)
{
	Store *store = session_store(session);
	gboolean ok = store_batch_begin(store, error);
	if (!ok)
		return FALSE;
	for (guint i = first; ok && i < MIN(due->len, first + TOGETHER); i++)
		ok = wake_or_put_off(session, due->pdata[i], now, wake, error);
	return store_batch_end(store, ok ? error : NULL) && ok;
}

gboolean waking_run(Session *session, WakeupKind kind, gint64 now, Wake wake, GError **error)
{
	for (gboolean more = TRUE; more;) {
		g_autoptr(GPtrArray) due = store_wakeups_due_of(session_store(session), kind, now, BATCH, error);
		if (!due)
			return FALSE;
		more = due->len == BATCH;
		for (guint first = 0; first < due->len; first += TOGETHER)
			if (!wake_some(session, due, first, now, wake, error))
				return FALSE;
	}
	return TRUE;
}
