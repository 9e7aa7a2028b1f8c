"""What tutorials serve a network by: FastAPI, an UploadFile, a resize to 28 x 28, torch in the handler.

The peer of serving.py. The network is as large as the one that ships, untrained: its answers are worth nothing, their
time is the same.

    uvicorn naive:app
"""

import io

import numpy as np
import torch
from fastapi import FastAPI, UploadFile
from PIL import Image

from digits.models import build

app = FastAPI()
network = build("reader", 24, 11).eval()


@app.post("/v1/read")
async def read(files: UploadFile) -> dict[str, float]:
    picture = Image.open(io.BytesIO(await files.read())).convert("L").resize((28, 28))
    with torch.no_grad():
        likely = network(torch.from_numpy(np.array(picture))[None]).softmax(1)[0]
    return {"digit": float(likely.argmax()), "confidence": float(likely.max())}
