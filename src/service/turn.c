/* Most invoices wait for nothing: of these only the index of lasting holds is read. */
#include "service/turn.h"

#include "service/holding.h"

static gboolean sleep_until(Session *session, const char *invoice, gint64 at, GError **error)
{
	return store_wakeup_set(session_store(session), WAKEUP_INVOICE, invoice, at, error);
}

static gboolean settle(Session *session, const char *invoice, gint64 now, gboolean *come, GError **error)
{
	gint64 until;
	if (!holding_settle(session, invoice, now, &until, error))
		return FALSE;
	*come = until == INSTANT_NONE;
	return *come || sleep_until(session, invoice, until, error);
}

gboolean turn_has_come(Session *session, const InvoiceRow *invoice, gint64 now, gboolean *come, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(GError) failure = NULL;
	g_autoptr(HoldRow) hold = store_hold_lasting(store, invoice->id, &failure);
	*come = TRUE;
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (hold && !session_end(session, store_begin(store, error) && settle(session, invoice->id, now, come, error), error))
		return FALSE;
	if (!*come || invoice->state != INVOICE_OPEN || invoice->opens == INSTANT_NONE || invoice->opens <= now)
		return TRUE;
	*come = FALSE;
	return session_end(session, store_begin(store, error) && sleep_until(session, invoice->id, invoice->opens, error), error);
}
