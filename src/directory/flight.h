/* Many searches on their way together over one connection. */
#ifndef DIRECTORY_FLIGHT_H
#define DIRECTORY_FLIGHT_H

#include "directory/connection.h"

typedef enum {
	FLIGHT_LANDED, /* each search has its answer or error */
	FLIGHT_SILENT, /* nothing came for the whole timeout; the others are still open */
	FLIGHT_LOST,   /* the line broke; the others are still open */
} FlightEnd;

/* Sends the open ones of `searches` (of Search), some fifty at a time, and settles each by itself: what one search cannot get is
 * no obstacle for the others. A search with all its pages must be answered within the timeout of its sending, or it fails. Pages
 * are asked for only where the server's limit cut an answer short, and for one search at a time: servers keep one such cursor for
 * each connection. Ends early where no reply at all came for `timeout_us`, or the line broke: *error says which, and the
 * connection must be closed. */
FlightEnd flight_run(Connection *connection, GPtrArray *searches, gint64 timeout_us, GError **error);

#endif
