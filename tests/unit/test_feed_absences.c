/* Absences out of calendars: what Google, Outlook and Exchange, Nextcloud and Thunderbird write, whose absence it is, when, again and again, and what is refused. */
#include <string.h>

#include "base/error.h"
#include "ics/feed_absences.h"

#define CALENDAR(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" events "END:VCALENDAR\r\n"
#define EVENT(lines)     "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Away\r\n" lines "END:VEVENT\r\n"
#define ONE(lines)       CALENDAR(EVENT(lines))
#define OF(lines)        ONE("ATTENDEE:mailto:jan@x.nl\r\n" lines)
#define DAY              "DTSTART;VALUE=DATE:20261224\r\n"

typedef struct {
	const char *name, *text, *found;
} Case;

static void put_time(GString *out, const IcsAbsence *absence, gint64 at)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);
	g_autofree char *text = g_date_time_format(time, at % 86400 == 0 && absence->civil ? "%F" : absence->civil ? "%FT%H:%M" : "%FT%H:%MZ");
	g_string_append(out, text);
}

/* "jan@x.nl 2026-12-24..2026-12-25 (kim), …"; read from November 2026 to the end of 2027. */
static char *read_all(const char *text, gsize length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(IcsAbsences) read = ics_absences_read(text, length, G_GINT64_CONSTANT(1793491200), G_GINT64_CONSTANT(1830297600), &error);
	if (read == NULL) {
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
		return g_strdup_printf("refused: %s", error->message);
	}
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < read->absences->len; i++) {
		const IcsAbsence *absence = g_ptr_array_index(read->absences, i);
		g_string_append_printf(out, "%s%s ", i == 0 ? "" : ", ", absence->address);
		put_time(out, absence, absence->from);
		g_string_append(out, "..");
		put_time(out, absence, absence->until);
		if (absence->deputy != NULL)
			g_string_append_printf(out, " (%s)", absence->deputy);
	}
	return g_string_free(out, FALSE);
}

static void run(const Case *cases, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *found = read_all(cases[i].text, strlen(cases[i].text));
		if (strcmp(found, cases[i].found) != 0)
			g_test_message("%s", cases[i].name);
		g_assert_cmpstr(found, ==, cases[i].found);
	}
}

static const char google[] =
	"BEGIN:VCALENDAR\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\nMETHOD:PUBLISH\n"
	"X-WR-CALNAME:Team away\nX-WR-TIMEZONE:Europe/Amsterdam\n"
	"BEGIN:VEVENT\nDTSTART:20261223T080000Z\nDTEND:20261223T163000Z\nDTSTAMP:20261101T101500Z\n"
	"ORGANIZER;CN=Team away:mailto:c_1f2e3d@group.calendar.google.com\nUID:0aa1bb2@google.com\n"
	"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Jan Jan\n sen;X-NUM-GUESTS=0:mailto:jan@x.nl\n"
	"CREATED:20261001T070000Z\nDESCRIPTION:Nobody's\\nbusiness\nSEQUENCE:1\nSTATUS:CONFIRMED\nSUMMARY:Out of office\nTRANSP:OPAQUE\n"
	"BEGIN:VALARM\nACTION:EMAIL\nATTENDEE:mailto:alarm@x.nl\nTRIGGER:-P1D\nDESCRIPTION:This is an event reminder\nEND:VALARM\nEND:VEVENT\n"
	"END:VCALENDAR\n";

static const char outlook[] =
	"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\nX-WR-CALNAME:Afwezigheid\r\n"
	"BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
	"RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\n"
	"TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
	"BEGIN:VEVENT\r\nORGANIZER;CN=Kim de Wit:MAILTO:Kim.deWit@X.nl\r\nDESCRIPTION;LANGUAGE=nl-NL:\\n\r\nUID:040000008200E00074C5B7101A82E008\r\n"
	"SUMMARY;LANGUAGE=nl-NL:Vakantie\r\nDTSTART;TZID=W. Europe Standard Time:20270705T000000\r\nDTEND;TZID=W. Europe Standard Time:20270717T000000\r\n"
	"CLASS:PUBLIC\r\nPRIORITY:5\r\nDTSTAMP:20261101T101500Z\r\nTRANSP:OPAQUE\r\nSTATUS:CONFIRMED\r\nSEQUENCE:0\r\n"
	"X-MICROSOFT-CDO-APPT-SEQUENCE:0\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nX-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\r\n"
	"X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static const char nextcloud[] =
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Nextcloud Mail\r\nREFRESH-INTERVAL;VALUE=DURATION:PT4H\r\nX-PUBLISHED-TTL:PT4H\r\n"
	"BEGIN:VEVENT\r\nUID:b7f1a0c2-1\r\nDTSTAMP:20261101T101500Z\r\nSUMMARY:Afwezig\r\nDTSTART;VALUE=DATE:20261228\r\nDTEND;VALUE=DATE:20270101\r\n"
	"ORGANIZER;CN=HR:mailto:hr%40x.nl\r\nATTENDEE;CN=\"Doe; Jo: the ^'second^'\";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;\r\n"
	" RSVP=TRUE;LANGUAGE=en:mailto:jo@x.nl\r\nX-AKKOORD-DEPUTY:kim\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static const char thunderbird[] =
	"BEGIN:VCALENDAR\r\nPRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\n"
	"TZID:/mozilla.org/20050126_1/Europe/Madrid\r\nX-LIC-LOCATION:Europe/Madrid\r\nEND:VTIMEZONE\r\n"
	"BEGIN:VTODO\r\nUID:t\r\nDTSTART:nonsense\r\nATTENDEE:mailto:jo@x.nl\r\nEND:VTODO\r\n"
	"BEGIN:VEVENT\r\nCREATED:20261001T070000Z\r\nUID:d0\r\nSUMMARY:Viernes\r\nRRULE:FREQ=WEEKLY;UNTIL=20261218T080000Z;INTERVAL=2;BYDAY=FR;WKST=SU\r\n"
	"ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@x.es\r\nDTSTART;TZID=/mozilla.org/20050126_1/Europe/Madrid:20261106T090000\r\n"
	"DTEND;TZID=/mozilla.org/20050126_1/Europe/Madrid:20261106T140000\r\nEND:VEVENT\r\n"
	"BEGIN:VEVENT\r\nUID:d0\r\nRECURRENCE-ID;TZID=/mozilla.org/20050126_1/Europe/Madrid:20261120T090000\r\nATTENDEE:mailto:ana@x.es\r\n"
	"DTSTART;TZID=/mozilla.org/20050126_1/Europe/Madrid:20261119T100000\r\nDURATION:PT4H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static void test_programs(void)
{
	static const Case cases[] = {
		{"Google", google, "c_1f2e3d@group.calendar.google.com 2026-12-23T08:00Z..2026-12-23T16:30Z, jan@x.nl 2026-12-23T08:00Z..2026-12-23T16:30Z"},
		{"Outlook", outlook, "kim.dewit@x.nl 2027-07-04T22:00Z..2027-07-16T22:00Z"},
		{"Nextcloud", nextcloud, "hr@x.nl 2026-12-28..2027-01-01 (kim), jo@x.nl 2026-12-28..2027-01-01 (kim)"},
		{"Thunderbird", thunderbird,
	         "ana@x.es 2026-11-06T08:00Z..2026-11-06T13:00Z, ana@x.es 2026-11-19T09:00Z..2026-11-19T13:00Z, "
	         "ana@x.es 2026-12-04T08:00Z..2026-12-04T13:00Z, ana@x.es 2026-12-18T08:00Z..2026-12-18T13:00Z"},
	};
	run(cases, G_N_ELEMENTS(cases));
}

static void test_refresh(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(IcsAbsences) slow = ics_absences_read(nextcloud, sizeof nextcloud - 1, 0, 1, &error);
	g_autoptr(IcsAbsences) silent = ics_absences_read(google, sizeof google - 1, 0, 1, &error);
	g_assert_no_error(error);
	g_assert_cmpint(slow->refresh_s, ==, 4 * 3600);
	g_assert_cmpint(silent->refresh_s, ==, 0);
	g_assert_cmpuint(slow->absences->len, ==, 0);
}

#define JAN_24 "jan@x.nl 2026-12-24..2026-12-25"

static void test_whose(void)
{
	static const Case cases[] = {
		{"nobody", ONE(DAY), ""},
		{"a plain address", ONE("ATTENDEE:jan@x.nl\r\n" DAY), JAN_24},
		{"any case", ONE("attendee:MailTo:JAN@X.NL\r\n" DAY), JAN_24},
		{"blanks around", ONE("ATTENDEE: mailto:jan@x.nl \r\n" DAY), JAN_24},
		{"escaped", ONE("ATTENDEE:mailto:jan%40x.nl\r\n" DAY), JAN_24},
		{"once, however often", ONE("ORGANIZER:mailto:jan@x.nl\r\nATTENDEE:mailto:Jan@x.nl\r\nATTENDEE:mailto:jan@x.nl\r\n" DAY), JAN_24},
		{"folded UTF-8", ONE("ATTENDEE:mailto:jan@JOS\xC3\x89.es\r\n" DAY), "jan@jos\xC3\xA9.es 2026-12-24..2026-12-25"},
		{"Apple's EMAIL", ONE("ATTENDEE;EMAIL=jan@x.nl:urn:uuid:1\r\n" DAY), JAN_24},
		{"Exchange's nobody", ONE("ORGANIZER;CN=x:invalid:nomail\r\n" DAY), ""},
		{"declined", ONE("ATTENDEE;PARTSTAT=DECLINED:mailto:jan@x.nl\r\n" DAY), ""},
		{"declined, in small letters", ONE("ATTENDEE;partstat=declined:mailto:jan@x.nl\r\n" DAY), ""},
		{"declined by its organizer", ONE("ORGANIZER:mailto:jan@x.nl\r\nATTENDEE;PARTSTAT=DECLINED:mailto:jan@x.nl\r\n" DAY), ""},
		{"delegated", ONE("ATTENDEE;PARTSTAT=DELEGATED:mailto:jan@x.nl\r\n" DAY), ""},
		{"tentative", ONE("ATTENDEE;PARTSTAT=TENTATIVE:mailto:jan@x.nl\r\n" DAY), JAN_24},
		{"for information", ONE("ATTENDEE;ROLE=NON-PARTICIPANT:mailto:jan@x.nl\r\n" DAY), ""},
		{"a declined one in a name", ONE("ATTENDEE;CN=\"a;PARTSTAT=DECLINED:b\":mailto:jan@x.nl\r\n" DAY), JAN_24},
		{"no mail address", ONE("ATTENDEE:mailto:jan\r\n" DAY), ""},
		{"two addresses in one", ONE("ATTENDEE:mailto:a@x.nl,jan@x.nl\r\n" DAY), ""},
		{"a hidden line", ONE("ATTENDEE:mailto:a@x.nl%0D%0Ab\r\n" DAY), ""},
		{"two people", ONE("ATTENDEE:mailto:kim@x.nl\r\nATTENDEE:mailto:jan@x.nl\r\n" DAY), JAN_24 ", kim@x.nl 2026-12-24..2026-12-25"},
	};
	run(cases, G_N_ELEMENTS(cases));
}

static void test_which(void)
{
	static const Case cases[] = {
		{"cancelled", OF("STATUS:CANCELLED\r\n" DAY), ""},
		{"tentative", OF("STATUS:TENTATIVE\r\n" DAY), JAN_24},
		{"transparent", OF("TRANSP:TRANSPARENT\r\n" DAY), ""},
		{"transparent, in small letters", OF("transp: transparent\r\n" DAY), ""},
		{"out of office goes before transparent", OF("TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n" DAY), JAN_24},
		{"free goes before opaque", OF("TRANSP:OPAQUE\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n" DAY), ""},
		{"working elsewhere", OF("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\r\n" DAY), ""},
		{"busy", OF("X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\n" DAY), JAN_24},
		{"an unknown status is none", OF("TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:?\r\n" DAY), ""},
		{"a calendar that cancels", "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n" EVENT("ATTENDEE:mailto:jan@x.nl\r\n" DAY) "END:VCALENDAR\r\n", ""},
		{"and one behind it", "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n" OF(DAY), JAN_24},
		{"a deputy", OF("X-AKKOORD-DEPUTY: kim \r\n" DAY), JAN_24 " (kim)"},
		{"no deputy", OF("X-AKKOORD-DEPUTY:\r\n" DAY), JAN_24},
	};
	run(cases, G_N_ELEMENTS(cases));
}

static void test_when(void)
{
	static const Case cases[] = {
		{"until the day after", OF(DAY "DTEND;VALUE=DATE:20261227\r\n"), "jan@x.nl 2026-12-24..2026-12-27"},
		{"the same day as end", OF(DAY "DTEND;VALUE=DATE:20261224\r\n"), JAN_24},
		{"an end before the start", OF(DAY "DTEND;VALUE=DATE:20261220\r\n"), JAN_24},
		{"a week", OF(DAY "DURATION:P1W\r\n"), "jan@x.nl 2026-12-24..2026-12-31"},
		{"half a day is a whole one", OF(DAY "DURATION:PT12H\r\n"), JAN_24},
		{"without VALUE", OF("DTSTART:20261224\r\n"), JAN_24},
		{"floating", OF("DTSTART:20261224T090000\r\nDTEND:20261224T120000\r\n"), "jan@x.nl 2026-12-24T09:00..2026-12-24T12:00"},
		{"UTC", OF("DTSTART:20261224T090000Z\r\nDURATION:P1DT30M\r\n"), "jan@x.nl 2026-12-24T09:00Z..2026-12-25T09:30Z"},
		{"no length", OF("DTSTART:20261224T090000Z\r\n"), ""},
		{"a leap second", OF("DTSTART:20261231T235960Z\r\nDTEND:20270101T010000Z\r\n"), "jan@x.nl 2026-12-31T23:59Z..2027-01-01T01:00Z"},
		{"a zone by name alone", OF("DTSTART;TZID=America/New_York:20261224T090000\r\nDTEND;TZID=America/New_York:20261224T100000\r\n"),
	         "jan@x.nl 2026-12-24T14:00Z..2026-12-24T15:00Z"},
		{"a Windows zone without a description", OF("DTSTART;TZID=Romance Standard Time:20270624T090000\r\nDURATION:PT1H\r\n"),
	         "jan@x.nl 2027-06-24T07:00Z..2027-06-24T08:00Z"},
		{"a quoted zone", OF("DTSTART;TZID=\"GMT Standard Time\":20270624T090000\r\nDURATION:PT1H\r\n"),
	         "jan@x.nl 2027-06-24T08:00Z..2027-06-24T09:00Z"},
		{"across the clock's change", OF("DTSTART;TZID=Europe/Paris:20270327T120000\r\nDURATION:P1D\r\n"),
	         "jan@x.nl 2027-03-27T11:00Z..2027-03-28T10:00Z"},
		{"long ago", OF("DTSTART;VALUE=DATE:20250101\r\nDTEND;VALUE=DATE:20250110\r\n"), ""},
		{"far off", OF("DTSTART;VALUE=DATE:20300101\r\n"), ""},
		{"since long", OF("DTSTART;VALUE=DATE:20250101\r\nDTEND;VALUE=DATE:20400101\r\n"), "jan@x.nl 2025-01-01..2040-01-01"},
		{"two that touch are one", CALENDAR(EVENT("ATTENDEE:mailto:jan@x.nl\r\n" DAY) EVENT("ATTENDEE:mailto:jan@x.nl\r\nDTSTART;VALUE=DATE:20261225\r\n")),
	         "jan@x.nl 2026-12-24..2026-12-26"},
		{"unless their deputies differ",
	         CALENDAR(EVENT("ATTENDEE:mailto:jan@x.nl\r\n" DAY) EVENT("X-AKKOORD-DEPUTY:kim\r\nATTENDEE:mailto:jan@x.nl\r\n" DAY)),
	         JAN_24 ", " JAN_24 " (kim)"},
	};
	run(cases, G_N_ELEMENTS(cases));
}

#define OWN_ZONE \
	"BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nDTSTART:20201025T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nTZOFFSETFROM:+0330\r\n" \
	"TZOFFSETTO:+0230\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:20200329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20270601T000000Z\r\n" \
	"TZOFFSETFROM:+0230\r\nTZOFFSETTO:+0330\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
#define IN_OURS(from, until) EVENT("ATTENDEE:mailto:jan@x.nl\r\nDTSTART;TZID=Ours:" from "\r\nDTEND;TZID=Ours:" until "\r\n")

static void test_own_zone(void)
{
	static const Case cases[] = {
		{"winter", CALENDAR(OWN_ZONE IN_OURS("20261224T090000", "20261224T100000")), "jan@x.nl 2026-12-24T06:30Z..2026-12-24T07:30Z"},
		{"summer", CALENDAR(OWN_ZONE IN_OURS("20270624T090000", "20270624T100000")), "jan@x.nl 2027-06-24T05:30Z..2027-06-24T06:30Z"},
		{"described behind its event", CALENDAR(IN_OURS("20261224T090000", "20261224T100000") OWN_ZONE), "jan@x.nl 2026-12-24T06:30Z..2026-12-24T07:30Z"},
		{"not described", CALENDAR(IN_OURS("20261224T090000", "20261224T100000")),
	         "refused: event of 20261224T090000, UID \"1\": its time zone is not known"},
		{"without an offset",
	         CALENDAR("BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nDTSTART:20201025T030000\r\nTZOFFSETTO:+1\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" IN_OURS(
			 "20261224T090000", "20261224T100000")),
	         "refused: event of 20261224T090000, UID \"1\": its time zone is not known"},
	};
	run(cases, G_N_ELEMENTS(cases));
}

#define WEEKLY "DTSTART;VALUE=DATE:20261201\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"

static void test_again(void)
{
	static const Case cases[] = {
		{"weekly", OF(WEEKLY), "jan@x.nl 2026-12-01..2026-12-02, jan@x.nl 2026-12-08..2026-12-09, jan@x.nl 2026-12-15..2026-12-16"},
		{"but one", OF(WEEKLY "EXDATE;VALUE=DATE:20261208\r\n"), "jan@x.nl 2026-12-01..2026-12-02, jan@x.nl 2026-12-15..2026-12-16"},
		{"but one, with its time", OF(WEEKLY "EXDATE;TZID=Europe/Paris:20261208T000000\r\n"),
	         "jan@x.nl 2026-12-01..2026-12-02, jan@x.nl 2026-12-15..2026-12-16"},
		{"but two in a list", OF(WEEKLY "EXDATE;VALUE=DATE:20261201,20261208\r\n"), "jan@x.nl 2026-12-15..2026-12-16"},
		{"daily is one absence", OF(DAY "RRULE:FREQ=DAILY;UNTIL=20261226\r\n"), "jan@x.nl 2026-12-24..2026-12-27"},
		{"in small letters", OF(DAY "RRULE:freq=daily;until=20261226\r\n"), "jan@x.nl 2026-12-24..2026-12-27"},
		{"since years", OF("DTSTART;VALUE=DATE:20100615\r\nRRULE:FREQ=YEARLY\r\n"), "jan@x.nl 2027-06-15..2027-06-16"},
		{"dates besides", OF(DAY "RDATE;VALUE=DATE:20261228,20261230\r\n"),
	         JAN_24 ", jan@x.nl 2026-12-28..2026-12-29, jan@x.nl 2026-12-30..2026-12-31"},
		{"at nine, in summer and winter",
	         OF("DTSTART;TZID=Europe/Paris:20270325T090000\r\nDTEND;TZID=Europe/Paris:20270325T100000\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n"),
	         "jan@x.nl 2027-03-25T08:00Z..2027-03-25T09:00Z, jan@x.nl 2027-04-01T07:00Z..2027-04-01T08:00Z"},
		{"until a time, which counts",
	         OF("DTSTART;TZID=Europe/Paris:20261201T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261203T080000Z\r\n"),
	         "jan@x.nl 2026-12-01T08:00Z..2026-12-01T09:00Z, jan@x.nl 2026-12-03T08:00Z..2026-12-03T09:00Z"},
		{"until a time, a second short",
	         OF("DTSTART;TZID=Europe/Paris:20261201T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261203T075959Z\r\n"),
	         "jan@x.nl 2026-12-01T08:00Z..2026-12-01T09:00Z"},
		{"a fortnight from Sunday on", OF(DAY "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,FR;WKST=SU;COUNT=3\r\n"),
	         "jan@x.nl 2026-12-24..2026-12-26, jan@x.nl 2027-01-07..2027-01-08"},
		{"a strange rule of years ago", OF("DTSTART;VALUE=DATE:20100101\r\nRRULE:FREQ=HOURLY;UNTIL=20100201\r\n"), ""},
		{"one of a series cancelled",
	         CALENDAR(EVENT("ATTENDEE:mailto:jan@x.nl\r\n" WEEKLY) EVENT("STATUS:CANCELLED\r\nRECURRENCE-ID;VALUE=DATE:20261208\r\nDTSTART;VALUE=DATE:20261208\r\n")),
	         "jan@x.nl 2026-12-01..2026-12-02, jan@x.nl 2026-12-15..2026-12-16"},
		{"one of a series moved, told first",
	         CALENDAR(EVENT("ATTENDEE:mailto:jan@x.nl\r\nRECURRENCE-ID;VALUE=DATE:20261201\r\nDTSTART;VALUE=DATE:20261203\r\n")
	                          EVENT("ATTENDEE:mailto:jan@x.nl\r\n" WEEKLY)),
	         "jan@x.nl 2026-12-03..2026-12-04, jan@x.nl 2026-12-08..2026-12-09, jan@x.nl 2026-12-15..2026-12-16"},
		{"one of a series declined",
	         CALENDAR(EVENT("ATTENDEE:mailto:jan@x.nl\r\n" WEEKLY)
	                          EVENT("ATTENDEE;PARTSTAT=DECLINED:mailto:jan@x.nl\r\nRECURRENCE-ID;VALUE=DATE:20261215\r\nDTSTART;VALUE=DATE:20261215\r\n")),
	         "jan@x.nl 2026-12-01..2026-12-02, jan@x.nl 2026-12-08..2026-12-09"},
	};
	run(cases, G_N_ELEMENTS(cases));
}

#define REFUSED(why) "refused: event of 20261224, UID \"1\": " why

static void test_refused(void)
{
	static const Case cases[] = {
		{"a web page", "<!DOCTYPE html>\n<html><body>Log in</body></html>\n",
	         "refused: not iCalendar: at line 2: the text does not begin with BEGIN:VCALENDAR, or goes on behind its end"},
		{"nothing", "", "refused: not iCalendar: at line 0: it is empty"},
		{"broken off", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n", "refused: not iCalendar: at line 3: it breaks off before its last END"},
		{"a time that is none", OF("DTSTART:20261324\r\n"), "refused: event of 20261324, UID \"1\": one of its times cannot be read"},
		{"that of nobody is no matter", ONE("DTSTART:20261324\r\n"), ""},
		{"that of a cancelled one neither", OF("STATUS:CANCELLED\r\nDTSTART:20261324\r\n"), ""},
		{"no start", OF(""), "refused: event of ?, UID \"1\": DTSTART is missing"},
		{"an end of another kind", OF(DAY "DTEND:20261226T100000\r\n"), REFUSED("DTSTART and DTEND are of two kinds")},
		{"a duration that is none", OF(DAY "DURATION:1D\r\n"), REFUSED("its DURATION cannot be read")},
		{"a duration that goes back", OF(DAY "DURATION:-P1D\r\n"), REFUSED("its DURATION cannot be read")},
		{"a duration beyond all", OF(DAY "DURATION:P99999999999999999999D\r\n"), REFUSED("its DURATION cannot be read")},
		{"hours", OF(DAY "RRULE:FREQ=HOURLY\r\n"), REFUSED("a rule repeats within the day, or not at all")},
		{"no rule", OF(DAY "RRULE:nonsense\r\n"), REFUSED("a rule repeats within the day, or not at all")},
		{"an UNTIL that is none", OF(DAY "RRULE:FREQ=DAILY;UNTIL=soon\r\n"), REFUSED("a rule's UNTIL cannot be read")},
		{"an exception that is none", OF(DAY "EXDATE:soon\r\n"), REFUSED("one of its times cannot be read")},
		{"EXRULE", OF(DAY "EXRULE:FREQ=DAILY\r\n"), REFUSED("EXRULE is not understood")},
		{"RANGE", OF("RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261224\r\n" DAY), REFUSED("RECURRENCE-ID with RANGE=THISANDFUTURE is not understood")},
		{"a property that is none", OF("ATTENDEE;x\r\n" DAY), "refused: not iCalendar: at line 10: a property that cannot be read"},
		{"a summary with whatever is no matter", OF("SUMMARY;\x01=\"\r\n" DAY), JAN_24},
		{"a name that hides an end of line", CALENDAR("BEGIN:VEVENT\r\nUID:a\x01\x7f\r\nATTENDEE:mailto:jan@x.nl\r\nEND:VEVENT\r\n"),
	         "refused: event of ?, UID \"a\": DTSTART is missing"},
	};
	run(cases, G_N_ELEMENTS(cases));
}

static void test_limits(void)
{
	g_autoptr(GString) text = g_string_new("BEGIN:VCALENDAR\r\n");
	while (text->len < 10 * 1024 * 1024)
		g_string_append(text, "BEGIN:VEVENT\r\nDESCRIPTION:long\r\nEND:VEVENT\r\n");
	g_autofree char *large = read_all(text->str, text->len);
	g_assert_cmpstr(large, ==, "refused: not read: larger than 10240 KiB");
	g_string_assign(text, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n" DAY "RRULE:FREQ=DAILY;INTERVAL=2\r\n");
	for (guint i = 0; i < 1100; i++)
		g_string_append_printf(text, "ATTENDEE:mailto:p%u@x.nl\r\n", i);
	g_string_append(text, "END:VEVENT\r\nEND:VCALENDAR\r\n");
	g_autofree char *many = read_all(text->str, text->len);
	g_assert_cmpstr(many, ==, REFUSED("the calendar holds more than 200,000 absences"));
	g_string_assign(text, "BEGIN:VCALENDAR\r\n");
	for (guint i = 0; i < 501; i++)
		g_string_append_printf(text, "BEGIN:VTIMEZONE\r\nTZID:Z%u\r\nBEGIN:STANDARD\r\nDTSTART:20200101T000000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n", i);
	g_string_append(text, "END:VCALENDAR\r\n");
	g_autofree char *zones = read_all(text->str, text->len);
	g_assert_true(g_str_has_suffix(zones, ": too many time zones"));
}

/* A large company's: what is not about absence costs nothing. */
static void test_many(void)
{
	g_autoptr(GString) text = g_string_new("BEGIN:VCALENDAR\r\n");
	for (guint i = 0; i < 5000; i++)
		g_string_append_printf(text, "BEGIN:VEVENT\r\nUID:%u\r\nATTENDEE:mailto:p%04u@x.nl\r\nDTSTART;TZID=Europe/Paris:20261205T090000\r\nDURATION:PT8H\r\n"
		                             "RRULE:FREQ=WEEKLY;BYDAY=SA;COUNT=20\r\nX-ALT-DESC;FMTTYPE=text/html:<p>%0400d</p>\r\nEND:VEVENT\r\n", i, i, 0);
	g_string_append(text, "END:VCALENDAR\r\n");
	g_autoptr(GError) error = NULL;
	g_autoptr(IcsAbsences) found = ics_absences_read(text->str, text->len, G_GINT64_CONSTANT(1793491200), G_GINT64_CONSTANT(1830297600), &error);
	g_assert_no_error(error);
	g_assert_cmpuint(found->absences->len, ==, 100000);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/feed-absences/programs", test_programs);
	g_test_add_func("/feed-absences/refresh", test_refresh);
	g_test_add_func("/feed-absences/whose", test_whose);
	g_test_add_func("/feed-absences/which", test_which);
	g_test_add_func("/feed-absences/when", test_when);
	g_test_add_func("/feed-absences/own-zone", test_own_zone);
	g_test_add_func("/feed-absences/again", test_again);
	g_test_add_func("/feed-absences/refused", test_refused);
	g_test_add_func("/feed-absences/limits", test_limits);
	g_test_add_func("/feed-absences/many", test_many);
	return g_test_run();
}
