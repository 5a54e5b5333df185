/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-command-handler.h"

G_BEGIN_DECLS

/* A command whose methods are the test's functions, and which has a property of each kind. */
#define FAKE_TYPE_COMMAND (fake_command_get_type ())
G_DECLARE_FINAL_TYPE (FakeCommand, fake_command, FAKE, COMMAND, KadCommandHandler)

/* The same that looks at no broadcast. */
#define FAKE_TYPE_QUIET_COMMAND (fake_quiet_command_get_type ())
GType fake_quiet_command_get_type (void);

struct _FakeCommand
{
  KadCommandHandler parent_instance;

  void (*run) (FakeCommand *self, KadSwarm *swarm);
  KadEventFate (*on_event) (FakeCommand *self, KadEvent *event);
  gpointer data;
  GString *log; /* (nullable) borrowed: its letter is added for each event it is asked about */
  char letter;
  guint n_asked;

  GBytes *key;
  GBytes *value;
  char *text;
  char *peer;
  guint count;
  int offset;
  guint64 large;
  gint64 wide;
  double ratio;
  gboolean flag;
  int protocol;
};

FakeCommand *fake_command_new (char letter, GString *log);

G_END_DECLS
