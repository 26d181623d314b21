"""A picture read row by row: the last state is the code, from which the rows are told again.

Srivastava, Mansimov and Salakhutdinov, "Unsupervised learning of video representations using
LSTMs", 2015, section 2.2, the unconditioned decoder; the cells are Hochreiter and Schmidhuber's
LSTM (1997) and Cho and others' GRU (2014).
"""

from torch import Tensor, nn

from engine.lab.autoencoders import Autoencoder, Plan

CELLS = {"gru": nn.GRU, "lstm": nn.LSTM}


class Recurrent(Autoencoder):
    """(N, C, H, W) as H rows of C W numbers -> state -> h (N, latent) -> H states -> rows."""

    name = "recurrent"
    rate = 1e-2

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        channels, self.rows, width = plan.shape
        cell = CELLS[plan.cell]
        self.reader = cell(channels * width, plan.hidden, batch_first=True)
        self.encoder = nn.Linear(plan.hidden, plan.latent)
        self.teller = cell(plan.latent, plan.hidden, batch_first=True)
        self.decoder = nn.Linear(plan.hidden, channels * width)

    def encode(self, x: Tensor) -> Tensor:
        """From the state after the last row."""
        states, _ = self.reader(x.transpose(1, 2).flatten(2))
        return self.encoder(states[:, -1])

    def decode(self, code: Tensor) -> Tensor:
        """The code is said again before each row."""
        channels, _, width = self.plan.shape
        states, _ = self.teller(code[:, None].expand(-1, self.rows, -1))
        rows = self.decoder(states).sigmoid()
        return rows.unflatten(2, (channels, width)).transpose(1, 2)


AUTOENCODER = Recurrent
