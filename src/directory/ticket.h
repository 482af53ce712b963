/* Kerberos tickets to log on to directory servers with. All of GSS-API and libkrb5 is behind this: ticket.c is the only file that knows them.
 *
 * libkrb5 waits for Kerberos servers as long as it likes (half a minute and more for one that is silent), and nothing stops it. So the asking is
 * done in a thread of its own, and whoever wants the ticket waits for that one at most until their deadline. A late ticket serves the next try. */
#ifndef DIRECTORY_TICKET_H
#define DIRECTORY_TICKET_H

#include <glib.h>

typedef struct Tickets Tickets;

/* `keytab`: the file with the service's keys, from which tickets are got as they are needed, and kept in memory; NULL = those that are there
 * already (kinit, $KRB5CCNAME). `principal`: whose; NULL = the first of the keytab, or whose ticket is there. Asks nobody. */
Tickets *tickets_new(const char *keytab, const char *principal);
void tickets_free(Tickets *tickets); /* NULL is nothing to do */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tickets, tickets_free)

/* A ticket for the directory service on the host: *credentials (a gss_cred_id_t, borrowed until the next call) have it by them, so that logging on
 * asks no Kerberos server any more. FALSE with ERROR_UNAVAILABLE (no Kerberos server answers, or not by the deadline) or ERROR_PERMANENT (no ticket
 * without a keytab, the account refused, the host unknown to them, clocks that differ). */
gboolean tickets_get(Tickets *tickets, const char *host, gint64 deadline_us, gpointer *credentials, GError **error);

#endif
