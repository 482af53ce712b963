/* Prints, for the facts that test_ical.py knows too, the meeting request, the cancellation, or the request with texts that need
 * care: `ical_probe request|cancel|awkward`. */
#include "ics/ical.h"

#include <stdio.h>
#include <string.h>

#define STARTS G_GINT64_CONSTANT(1798473600) /* 2026-12-28T16:00:00Z */

static const IcsEvent invite = {
	.method = ICS_REQUEST,
	.uid = "k3v9@akkoord.example.nl",
	.sequence = 0,
	.stamp = STARTS - 400000,
	.starts = STARTS,
	.ends = STARTS + 1800,
	.organizer_name = "Akkoord",
	.organizer_address = "akkoord@example.nl",
	.attendee_name = "Jo Doe",
	.attendee_address = "jo.doe@example.nl",
	.summary = "Approve invoice 4711, Supplier BV",
	.description = "Please decide.\nIt is due on 31 December.",
	.url = "https://akkoord.example.nl/a/k3v9",
};

static IcsEvent choose_event(const char *which)
{
	IcsEvent event = invite;
	if (strcmp(which, "cancel") == 0) {
		event.method = ICS_CANCEL;
		event.sequence = 1;
		event.stamp = STARTS - 100;
	} else if (strcmp(which, "awkward") == 0) {
		event.attendee_name = "Döe, \"Jo\"; dr.: ^ Ж";
		event.attendee_address = "jo+a%b@example.nl";
		event.summary = "Rechnung 7; \\Straße, \"Müller\" & Söhne: 100 % — 漢字 and so on, well beyond the "
		                "seventy-five octets of a line";
		event.description = "BEGIN:VEVENT\nATTENDEE:mailto:evil@example.com\n\tEND:VEVENT";
		event.url = "https://akkoord.example.nl/a/k3v9?x=1;y=2,3";
	}
	return event;
}

int main(int argc, char **argv)
{
	const IcsEvent event = choose_event(argc > 1 ? argv[1] : "request");
	g_autoptr(GError) error = NULL;
	g_autofree char *text = ics_event_format(&event, &error);
	if (text == NULL) {
		fprintf(stderr, "%s\n", error->message);
		return 1;
	}
	return fputs(text, stdout) < 0;
}
