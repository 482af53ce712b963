/* What a mail is taken for. The collections of real ones are read by tests/integration/test_receive.py; here is one of each shape, and what must not be mistaken. */
#include "base/error.h"
#include "inbound/received.h"
#include "inbound/status.h"
#include <string.h>

#define SERVER "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: bounce+t@example.nl\n"
#define REPORT "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
#define OURS "\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <bounce+t@example.nl>\nFrom: Akkoord <akkoord@example.nl>\nTo: jo@example.net\nMessage-ID: <m1@example.nl>\nSubject: x\n\nx\n"
#define PERSON "From: Jo <jo@example.net>\nTo: bounce+t@example.nl\nMessage-ID: <r1@example.net>\n"

static Received *read_text(const char *text)
{
	g_autoptr(GError) error = NULL;
	Received *received = received_read(text, strlen(text), &error);
	g_assert_no_error(error);
	return received;
}

/* verdict: '!' for good, '~' failed but not for good, '?' nobody can tell, '.' delayed, '+' delivered, '-' no recipient */
typedef struct {
	const char *mail;
	ReceivedKind kind;
	char verdict;
	const char *recipient, *status, *meaning;
} Case;

static char verdict_of(const ReceivedRecipient *recipient)
{
	if (recipient->action == RECEIVED_DELAYED)
		return '.';
	if (recipient->action == RECEIVED_DELIVERED)
		return '+';
	return !recipient->judged ? '?' : recipient->permanent ? '!' : '~';
}

static void assert_cases(const Case *cases, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		g_autoptr(Received) received = read_text(cases[i].mail);
		g_test_message("%" G_GSIZE_FORMAT ": %.60s", i, cases[i].mail);
		g_assert_cmpstr(received_kind_name(received->kind), ==, received_kind_name(cases[i].kind));
		g_assert_cmpint(cases[i].verdict == '-', ==, received->recipients->len == 0);
		if (received->recipients->len == 0)
			continue;
		const ReceivedRecipient *recipient = g_ptr_array_index(received->recipients, 0);
		g_assert_cmpint(verdict_of(recipient), ==, cases[i].verdict);
		g_assert_true(recipient->judged || !recipient->permanent);
		g_assert_cmpstr(recipient->address, ==, cases[i].recipient);
		g_assert_cmpstr(recipient->status, ==, cases[i].status);
		g_assert_cmpstr(recipient->meaning, ==, cases[i].meaning);
	}
}

static void test_reports(void)
{
	static const Case cases[] = {
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.1.1\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.1.1", "5.1.1"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 4.4.7\n", RECEIVED_BOUNCE, '~', "jo@a.example", "4.4.7", "4.4.7"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: delayed\nStatus: 5.1.1\n", RECEIVED_BOUNCE, '.', "jo@a.example", "5.1.1", "5.1.1"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: relayed\nStatus: 2.1.9\n", RECEIVED_OTHER, '+', "jo@a.example", "2.1.9", "2.1.9"},
		{SERVER REPORT "Original-Recipient: rfc822;jo@a.example\nFinal-Recipient: rfc822;<X@b.example>\nAction: FAILED\nStatus: 5.2.2\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.2.2", "5.2.2"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 User\n unknown\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.0.0", "5.1.1"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.26 no\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.7.26", "5.7.26"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 552 5.2.2 full\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.2.2", "5.2.2"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 450 try again later\n", RECEIVED_BOUNCE, '?', "jo@a.example", "5.0.0", "5.0.0"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 4.0.0\nDiagnostic-Code: smtp; 452 mailbox full\n", RECEIVED_BOUNCE, '~', "jo@a.example", "4.0.0", "4.2.2"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 no\n\n--b\n\njo@a.example: 550 5.7.1 no\n--b--\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.7.1", "5.7.1"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\n", RECEIVED_BOUNCE, '?', "jo@a.example", NULL, NULL},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.4.316\nDiagnostic-Code: smtp; 550 5.4.316 Message expired\n", RECEIVED_BOUNCE, '~', "jo@a.example", "5.4.316", "5.4.316"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.4.6\nDiagnostic-Code: smtp; 554 5.4.6 Too many hops\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.4.6", "5.4.6"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.1.3\nDiagnostic-Code: smtp; 553 you are not wanted (#5.7.1)\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.7.1", "5.7.1"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 5.1.0 - Address error 550-'5.2.2 full'\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.2.2", "5.2.2"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failure\nStatus: 553 Exceeded maximum size\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.3.4", "5.3.4"},
		{SERVER REPORT "Final-Recipient: rfc822; jo@a.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: X-Unix; 255\n\n--b\n\n554 5.3.0 unknown mailer error\n--b--\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.3.0", "5.3.0"},
		{SERVER REPORT "Final-Recipient: rfc822; @mx.example\nAction: failed\nStatus: 5.1.2\n\n--b\n\n<jo@a.example>\n  (reason: 550 Host unknown)\n--b--\n", RECEIVED_BOUNCE, '!', "jo@a.example", "5.1.2", "5.1.2"},
		{SERVER REPORT "Action: failed\nStatus: 5.1.1\n", RECEIVED_BOUNCE, '-', NULL, NULL, NULL},
		{SERVER REPORT "Final-Recipient: x400; /PN=jo/\nAction: failed\nStatus: 5.1.1\n", RECEIVED_BOUNCE, '-', NULL, NULL, NULL},
	};
	assert_cases(cases, G_N_ELEMENTS(cases));
}

static void test_words(void)
{
	static const Case cases[] = {
		{SERVER "Subject: failure notice\n\nI wasn't able to deliver your message.\n\n<jo@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)" OURS, RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: failure notice\n\nI wasn't able to deliver your message.\n\n<jo@example.net>:\nuser unknown" OURS, RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: failure notice\n\nI wasn't able to deliver your message.\n\n<jo@example.net>:\nthis message has been in the queue too long." OURS, RECEIVED_BOUNCE, '~', "jo@example.net", "4.4.7", "4.4.7"},
		{SERVER "Subject: failure notice\n\nI wasn't able to deliver your message.\n\n<jo@example.net>:\nso it goes" OURS, RECEIVED_BOUNCE, '?', "jo@example.net", NULL, NULL},
		{SERVER "Subject: Warning\n\nYour message to:\n\tjo@example.net\nhas not yet been delivered. We will continue to attempt delivery: will be retried." OURS, RECEIVED_BOUNCE, '.', "jo@example.net", NULL, NULL},
		{SERVER "Subject: Mail failed\n\nThe following address(es) failed:\n\n  x@y.example\n    (generated from jo@example.net)\n    550 no" OURS, RECEIVED_BOUNCE, '!', "jo@example.net", NULL, NULL},
		{SERVER "Subject: Undelivered Mail\n\nSee attachment.", RECEIVED_BOUNCE, '-', NULL, NULL, NULL},
		{SERVER "X-Failed-Recipients: jo@example.net\nSubject: x\n\n550 5.2.1 closed", RECEIVED_BOUNCE, '!', "jo@example.net", "5.2.1", "5.2.1"},
		{SERVER "Subject: Undeliverable\n\nThe following could not be delivered. 5.1.1" OURS, RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: Undeliverable\n\nIt could not be delivered to <jo@example.net>: 550 Your server requires confirmation" OURS, RECEIVED_BOUNCE, '?', "jo@example.net", NULL, NULL},
		{SERVER "Subject: Undeliverable\nContent-Type: text/html\n\n<p>could not be delivered to:</p><p>jo@example.net</p><p>550 5.1.1 unknown</p>", RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
	};
	assert_cases(cases, G_N_ELEMENTS(cases));
}

/* What usual servers and providers write beside their own reports, in the corpus or not. */
static void test_customs(void)
{
	static const Case cases[] = {
		{SERVER "Subject: DELIVERY FAILURE\n\nYour message\n\n  Subject: x\n\nwas not delivered to:\n\n  jo@example.net\n\nbecause:\n\n  User jo not listed in Domino Directory\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: Undeliverable Mail\n\nCould not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected:\n   jo@example.net\n\nAdditional Information\nOriginal Sender: <bounce+t@example.nl>\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: failure notice\n\nThere's a problem with the e-mail address(es).\n\n<jo@example.net>:\nchild status 100... the user's mailfolder is full.\n" OURS, RECEIVED_BOUNCE, '!', "jo@example.net", "5.2.2", "5.2.2"},
		{"From: Systemadministrator <postmaster@example.net>\nSubject: Unzustellbar: x\n\nhat folgende Adressen nicht erreicht:\n\njo@example.net am 06.09.2010 10:14\n  Das E-Mail-Konto ist nicht vorhanden.\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: Onbestelbaar: x\n\nUw bericht heeft de volgende geadresseerde niet bereikt:\n\njo@example.net op 6-9-2010\n  De naam wordt niet herkend\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: Delivery Status Notification (Failure)\nX-Failed-Recipients: team@example.net\n\nThe group may not exist, or you may not have permission to post.\n", RECEIVED_BOUNCE, '!', "team@example.net", "5.7.1", "5.7.1"},
		{SERVER "Subject: Delivery Status Notification (Delay)\n\nThere was a temporary problem delivering your message to jo@example.net. You'll be notified if it fails permanently.\n", RECEIVED_BOUNCE, '.', "jo@example.net", "4.0.0", "4.0.0"},
		{SERVER "Subject: Warning: message delayed\n\nThe address to which the message has not yet been delivered is:\n\n  jo@example.net\n    450 4.2.0 greylisted\n\nNo action is required on your part.\n", RECEIVED_BOUNCE, '.', "jo@example.net", "4.2.0", "4.2.0"},
		{SERVER "Subject: Undeliverable: x\n\ndid not reach the following recipient(s):\n\nc=NL;a= ;p=EX;dda:SMTP=JO@EXAMPLE.NET; on Fri, 4 Oct 2002\n    The recipient name is not recognized\n", RECEIVED_BOUNCE, '!', "JO@EXAMPLE.NET", "5.1.1", "5.1.1"},
		{SERVER "Subject: Mail delivery failed\n\nThere was an error delivering your mail to <jo@example.net>.\n\nCould not deliver for the last 432000 seconds. Giving up.\n", RECEIVED_BOUNCE, '~', "jo@example.net", "4.4.7", "4.4.7"},
		{SERVER "Subject: Undeliverable Mail\n\nDelivery failed 20 attempts: jo@example.net\n", RECEIVED_BOUNCE, '~', "jo@example.net", "4.4.7", "4.4.7"},
		{SERVER "Subject: Mail delivery failed\n\nThis is a permanent error. The following address(es) failed:\n\n  jo@example.net\n    mailbox is full: retry timeout exceeded\n", RECEIVED_BOUNCE, '~', "jo@example.net", "4.2.2", "4.2.2"},
		{SERVER "Subject: failure notice\n\nSu mensaje no pudo ser entregado\n\n<jo@example.net>:\nMailbox quota usage exceeded.\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.2.2", "5.2.2"},
		{SERVER "X-Failed-Recipients: team@example.net\nSubject: Delivery Status Notification (Failure)\n\nDe groep (team) is er niet. https://groups.google.com/support/\n\nGoogle Groups\n", RECEIVED_BOUNCE, '!', "team@example.net", NULL, NULL},
		{SERVER "X-Failed-Recipients: jo@example.net\nSubject: Mail delivery failed\n\nThe following address(es) failed:\n\n  joanna@inside.example.net\n    550 5.1.1 no\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: Returned mail\n\n   ----- The following addresses had permanent fatal errors -----\nx@y.example\n    (expanded from: <jo@example.net>)\n\n554 Too many hops\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.4.6", "5.4.6"},
		{SERVER "Subject: Undelivered mail\n\n--> Error description:\nError-for:  jo@example.net\nError-Text: \"554 Message looping\"\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.4.6", "5.4.6"},
		{SERVER "Subject: Mail delivery failed\n\nThe following address(es) failed:\n\n  jo@example.net\n    error after MAIL FROM:<a@example.nl> SIZE=222:\n    550 your messages are not wanted\n", RECEIVED_BOUNCE, '!', "jo@example.net", NULL, NULL},
		{SERVER "Subject: Postfix SMTP server: errors from localhost[127.0.0.1]\n\nTranscript of session follows.\n\n In:  RCPT TO:<jo@example.net>\n Out: 250 2.1.5 Ok\n In:  DATA\n Out: 451 4.3.0 Error: queue file write error\n", RECEIVED_BOUNCE, '~', "jo@example.net", "4.3.0", "4.3.0"},
		{SERVER "Subject: Mail failure\n\nIt was rejected.\n\n Local mailbox jo@example.net is unavailable: user not found\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: Mail delivery failed\n\nThere was an error delivering your mail to <jo@example.net>.\n\nDNS lookup failure: host example.net not found\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.2", "5.1.2"},
		{SERVER "Subject: Returned mail\n\nThe user jo@example.net does not exist.\n", RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: Returned mail\n\nIt could not be delivered: 550 5.1.1 no.\nFor assistance, please send mail to help@example.net.\nOr mail to <postmaster@example.net>" OURS, RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SERVER "Subject: Returned mail\n\nIt could not be delivered to jo@example.net.\nIn case of doubt, as is often so in such cases, please write to\nhelp@example.net where help is given\n", RECEIVED_BOUNCE, '?', "jo@example.net", NULL, NULL},
	};
	assert_cases(cases, G_N_ELEMENTS(cases));
}

static void test_other_kinds(void)
{
	static const Case cases[] = {
		{PERSON "Subject: Out of office: x\n\nI am away, mail to me could not be delivered.", RECEIVED_AUTO_REPLY, '-', NULL, NULL, NULL},
		{"Return-Path: <>\nFrom: postmaster@example.net\nSubject: Automatic reply: x\n\nMail cannot be delivered to me.", RECEIVED_AUTO_REPLY, '-', NULL, NULL, NULL},
		{"Return-Path: <>\nFrom: jo@example.net\nSubject: away\nAuto-Submitted: auto-replied\n\nWhat cannot be delivered waits.", RECEIVED_AUTO_REPLY, '-', NULL, NULL, NULL},
		{PERSON "Subject: x\nAuto-Submitted: auto-replied\n\nAway.", RECEIVED_AUTO_REPLY, '-', NULL, NULL, NULL},
		{PERSON "Subject: x\nAuto-Submitted: no\nX-Auto-Response-Suppress: All\nIn-Reply-To: <m1@example.nl>\n\nYes.", RECEIVED_REPLY, '-', NULL, NULL, NULL},
		{PERSON "Subject: Re: 550 5.1.1 user unknown\nIn-Reply-To: <m1@example.nl>\n\nWhat does it mean that mail could not be delivered?", RECEIVED_REPLY, '-', NULL, NULL, NULL},
		{PERSON "Subject: AW: x\n\nYes.", RECEIVED_REPLY, '-', NULL, NULL, NULL},
		{PERSON "Subject: x\nPrecedence: bulk\nIn-Reply-To: <m1@example.nl>\n\nNews.", RECEIVED_OTHER, '-', NULL, NULL, NULL},
		{PERSON "Subject: hello\n\nHello.", RECEIVED_OTHER, '-', NULL, NULL, NULL},
		{PERSON "Subject: Fwd: Undeliverable: x\n\nIt could not be delivered to:\nan@example.net\n550 5.1.1 user unknown", RECEIVED_BOUNCE, '?', "an@example.net", "5.1.1", "5.1.1"},
		{PERSON "Subject: Fwd: Returned mail\nReferences: <b1@mx.example.net>\n\n> It could not be delivered to:\n> <an@example.net>\n> 550 5.1.1 user unknown", RECEIVED_BOUNCE, '?', "an@example.net", "5.1.1", "5.1.1"},
		{PERSON "Subject: Delivery failed\n\nYour parcel could not be delivered.", RECEIVED_OTHER, '-', NULL, NULL, NULL},
		{PERSON "Subject: Delivery failed\nList-Id: <l.example>\n\nIt could not be delivered to:\nan@example.net", RECEIVED_OTHER, '-', NULL, NULL, NULL},
		{PERSON "Subject: Re: x\n\nWhat is this?\nFinal-Recipient: rfc822; an@example.net\nAction: failed\nStatus: 5.1.1", RECEIVED_REPLY, '-', NULL, NULL, NULL},
		{SERVER "Subject: Returned mail\n\nIt was not delivered.\n\nFinal-Recipient: rfc822; an@example.net\nAction: failed\nStatus: 5.1.1", RECEIVED_BOUNCE, '!', "an@example.net", "5.1.1", "5.1.1"},
		{PERSON "Subject: x\n\nThis account is protected by X. Click to have your address added to the allowed list.", RECEIVED_AUTO_REPLY, '-', NULL, NULL, NULL},
		{PERSON "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;jo@example.net\n", RECEIVED_AUTO_REPLY, '-', NULL, NULL, NULL},
		{PERSON "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n", RECEIVED_OTHER, '-', NULL, NULL, NULL},
		{PERSON "Content-Type: text/calendar; method=REPLY\nAuto-Submitted: auto-replied\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:u1\nATTENDEE;PARTSTAT=accepted:mailto:jo@example.net\nEND:VEVENT\nEND:VCALENDAR\n", RECEIVED_CALENDAR_ANSWER, '-', NULL, NULL, NULL},
		{PERSON "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR\n", RECEIVED_OTHER, '-', NULL, NULL, NULL},
		{PERSON "Content-Type: application/octet-stream; name=a.XML\nIn-Reply-To: <m1@example.nl>\n\n<?xml version='1.0'?><u:Invoice xmlns:u='x'/>", RECEIVED_INVOICE, '-', NULL, NULL, NULL},
		{PERSON "Content-Type: text/xml; name=a.xml\n\n<order/>", RECEIVED_OTHER, '-', NULL, NULL, NULL},
		{PERSON "Content-Type: application/pdf\n\n%PDF-1.7", RECEIVED_INVOICE, '-', NULL, NULL, NULL},
		{PERSON "Content-Type: application/pdf\nIn-Reply-To: <m1@example.nl>\n\n%PDF-1.7", RECEIVED_REPLY, '-', NULL, NULL, NULL},
	};
	assert_cases(cases, G_N_ELEMENTS(cases));
}

static void test_header(void)
{
	g_autoptr(Received) received = read_text("Return-Path: <>\nDelivered-To: Bounce+Abc@example.nl\nX-Original-To: bounce+abc@example.nl\nTo: \"x, y@z\" <an@example.nl>, jo@example.nl\n"
	                                         "In-Reply-To: <a@b>\nReferences: <a@b> <c@d> junk <e f> <>\nX-Akkoord-Loop: i1\nSubject: s\n\n\n line one\n");
	g_assert_true(received->from_nobody);
	g_assert_cmpstr(g_ptr_array_index(received->delivered_to, 0), ==, "Bounce+Abc@example.nl");
	g_assert_cmpuint(received->answers->len, ==, 2);
	g_assert_cmpstr(received->original_message_id, ==, "<a@b>");
	g_assert_cmpstr(received->loop, ==, "i1");
	g_assert_cmpstr(received->excerpt, ==, "line one");
	g_assert_null(received->from);
}

/* No recipient of a report stands for another, and no more are taken than are wanted. */
static void test_many_recipients(void)
{
	GString *mail = g_string_new(SERVER REPORT);
	for (guint i = 0; i < 3 * RECEIVED_MAX_RECIPIENTS; i++)
		g_string_append_printf(mail, "Final-Recipient: rfc822; jo%u@a.example\nAction: failed\nStatus: %s\n\n", i / 2, i % 4 < 2 ? "5.1.1" : "4.2.2");
	g_autoptr(Received) received = read_text(mail->str);
	g_assert_cmpuint(received->recipients->len, ==, RECEIVED_MAX_RECIPIENTS);
	for (guint i = 0; i < received->recipients->len; i++)
		g_assert_cmpint(((const ReceivedRecipient *)g_ptr_array_index(received->recipients, i))->permanent, ==, i % 2 == 0);
	g_string_free(mail, TRUE);
}

/* Amazon's, as SNS sends it on: with words below it, broken, packed once more; and what is none. */
static void test_provider(void)
{
#define SNS "From: AWS <no-reply@sns.amazonaws.com>\nSubject: AWS Notification Message\nFeedback-ID: 1\n\n"
	static const Case cases[] = {
		{SNS "{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":\"jo@example.net\",\"action\":\"failed\",\"status\":\"5.1.1\","
		     "\"diagnosticCode\":\"smtp; 550 user!\n  unknown\"}]}}\n\n--\nTo stop this, click below\n",
		 RECEIVED_BOUNCE, '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SNS "{\"bounce\":{\"bounceType\":\"Transient\",\"bouncedRecipients\":[{\"emailAddress\":\"jo@example.net\"}]}}", RECEIVED_BOUNCE, '~', "jo@example.net", "4.0.0", "4.0.0"},
		{SNS "{\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":\"jo@example.net\"}]}}", RECEIVED_BOUNCE, '!', "jo@example.net", "5.0.0", "5.0.0"},
		{SNS "{\"bounce\":{\"bounceType\":\"Undetermined\",\"bouncedRecipients\":[{\"emailAddress\":\"jo@example.net\"}]}}", RECEIVED_BOUNCE, '?', "jo@example.net", NULL, NULL},
		{SNS "{\"Type\":\"Notification\",\"Message\":\"{\\\"bounce\\\":{\\\"bouncedRecipients\\\":[{\\\"emailAddress\\\":\\\"jo@example.net\\\",\\\"status\\\":\\\"5.1.1\\\"}]}}\"}", RECEIVED_BOUNCE,
		 '!', "jo@example.net", "5.1.1", "5.1.1"},
		{SNS "{\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"jo@example.net\",\"diagnosticCode\":\"x\\nAction: delayed\"}]}}", RECEIVED_BOUNCE, '?', "jo@example.net", NULL, NULL},
		{SNS "{\"complaint\":{\"complainedRecipients\":[{\"emailAddress\":\"jo@example.net\"}]}}", RECEIVED_OTHER, '-', NULL, NULL, NULL},
		{SNS "{\"bounce\":[1],\"mail\":7}", RECEIVED_OTHER, '-', NULL, NULL, NULL},
		{SNS "{\"bounce\":{\"bouncedRecipients\":[1,{\"emailAddress\":1}]}}", RECEIVED_OTHER, '-', NULL, NULL, NULL},
		{SNS "} {", RECEIVED_OTHER, '-', NULL, NULL, NULL},
	};
	assert_cases(cases, G_N_ELEMENTS(cases));
	g_autoptr(Received) received = read_text(SNS "{\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"jo@example.net\"}]},\"mail\":{\"commonHeaders\":{\"messageId\":\"<m1@example.nl>\"}}}");
	g_assert_cmpstr(received->original_message_id, ==, "<m1@example.nl>");
}

static void assert_two(const char *mail, const char *first, const char *second)
{
	g_autoptr(Received) received = read_text(mail);
	g_assert_cmpuint(received->recipients->len, ==, 2);
	const ReceivedRecipient *one = g_ptr_array_index(received->recipients, 0), *two = g_ptr_array_index(received->recipients, 1);
	g_assert_cmpstr(one->address, ==, "jo@example.net");
	g_assert_cmpstr(one->status, ==, first);
	g_assert_cmpstr(two->address, ==, "an@example.net");
	g_assert_cmpstr(two->status, ==, second);
}

/* Where nothing but its place tells where one ends and the next begins. */
static void test_two_recipients(void)
{
	assert_two(SERVER REPORT "Final-Recipient: rfc822; jo@example.net\nOriginal-Recipient: rfc822; jo@example.net\nAction: failed\nStatus: 5.2.2\n"
	                         "Final-Recipient: rfc822; an@example.net\nOriginal-Recipient: rfc822; an@example.net\nAction: failed\nStatus: 5.1.1\n",
	           "5.2.2", "5.1.1");
	assert_two(SERVER "Subject: Undeliverable: x\n\ndid not reach the following recipient(s):\n\njo@example.net on Thu, 29 Apr 2007\n    The mailbox is full\n"
	                  "    MSEXCH:IMS:EXAMPLE:EXCHANGE 0 (000C05A6) As I Said\nan@example.net on Thu, 29 Apr 2007\n    The recipient name is not recognized\n",
	           "5.2.2", "5.1.1");
}

static void test_refused(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *huge = g_strnfill(RECEIVED_MAX_BYTES + 1, 'a');
	g_assert_null(received_read(huge, RECEIVED_MAX_BYTES + 1, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
}

static void test_status(void)
{
	static const struct {
		const char *text, *status;
	} cases[] = {
		{"550 5.1.1 x", "5.1.1"}, {"(#5.1.1)", "5.1.1"}, {"5.0.0 then 5.7.25", "5.7.25"}, {"554 4.4.7 expired <421 4.4.2 timed out>", "4.4.2"}, {"5.0.0", "5.0.0"}, {"4.7.650", "4.7.650"},
		{"192.5.1.1", NULL}, {"5.1.1.1", NULL}, {"v5.1.1", NULL}, {"x-5.1.1", NULL}, {"5.1.1234", NULL}, {"5.1234.1", NULL}, {"3.1.1", NULL}, {"5.1.1a", NULL}, {"5.1", NULL}, {"", NULL}, {NULL, NULL},
		{"ends 5.1.1.", "5.1.1"}, {"5.1.1@x", NULL}, {"250 2.1.5 Ok 451 4.3.0 no", "4.3.0"}, {"5.1.0 - 550 5.2.2 full", "5.2.2"}, {"550 5.1.0 no", "5.1.0"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *found = status_find(cases[i].text);
		g_assert_cmpstr(found, ==, cases[i].status);
	}
	g_assert_cmpint(status_reply_class("said: 550 no"), ==, '5');
	g_assert_cmpint(status_reply_class("550-no"), ==, '5');
	g_assert_cmpint(status_reply_class("at 421: x"), ==, '4');
	g_assert_cmpint(status_reply_class("SIZE=222:\n550 no"), ==, '5');
	g_assert_cmpint(status_reply_class("5500 x550 593 10.550 x"), ==, '\0');
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/received/reports", test_reports);
	g_test_add_func("/received/words", test_words);
	g_test_add_func("/received/customs", test_customs);
	g_test_add_func("/received/other-kinds", test_other_kinds);
	g_test_add_func("/received/header", test_header);
	g_test_add_func("/received/many-recipients", test_many_recipients);
	g_test_add_func("/received/two-recipients", test_two_recipients);
	g_test_add_func("/received/provider", test_provider);
	g_test_add_func("/received/refused", test_refused);
	g_test_add_func("/received/status", test_status);
	return g_test_run();
}
