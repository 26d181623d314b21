"""The lab: small models of the textbooks that learn in seconds, and the experiments on them.

It has a loop of its own, `engine.lab.loop`, from the pieces of `engine.training` (dice, averages,
cards, sheets). That room's loop is for hours: it packs folders of photographs, writes runs and
checkpoints, and sets up an accelerator that a process has but one of. A lab model is done before
any of that pays, and in the window it may learn in the pauses of such a run.
"""
