/* The entries in people's calendars: domain/agenda.h decides, here it is carried out. A wakeup of kind WAKEUP_CALENDAR says whose is to be looked at. */
#ifndef PASS_INVITE_H
#define PASS_INVITE_H

#include "session/session.h"

/* Brings every calendar that is due up to date, each in one transaction that holds the messages with their bytes, what they change and when to look again.
 * What goes wrong with one person's is logged and tried again later; FALSE where it concerns all. */
gboolean invites_settle(Session *session, gint64 now, GError **error);

#endif
