"""What the lab's things are called, in English and, where the field has a word, in Chinese.

Plain data for the window: `TERMS[key]`, the keys being the names of experiments, kinds of models,
losses, samplers and settings in `engine.specs_lab`. No torch.
"""

from typing import NamedTuple


class Term(NamedTuple):
    """A name in two languages; `chinese` is empty where the field says it in English."""

    english: str
    chinese: str = ""


TERMS: dict[str, Term] = {
    # experiments
    "reconstruct": Term("Reconstruct", "重构"),
    "map": Term("Map", "隐空间可视化"),
    "denoise": Term("Denoise", "去噪"),
    "features": Term("Features", "特征提取"),
    "odd-one-out": Term("Odd one out", "异常检测"),
    "duel": Term("Duel", "对抗训练"),
    "augment": Term("Augment", "数据增强"),
    "generate": Term("Generate", "图像生成"),
    "diffuse": Term("Diffuse", "扩散"),
    "squeeze": Term("Squeeze", "模型压缩"),
    # autoencoders
    "autoencoder": Term("Autoencoder", "自编码器"),
    "undercomplete": Term("Undercomplete autoencoder", "欠完备自编码器"),
    "overcomplete": Term("Overcomplete autoencoder", "过完备自编码器"),
    "denoising": Term("Denoising autoencoder", "去噪自编码器"),
    "convolutional": Term("Convolutional autoencoder", "卷积自编码器"),
    "sparse": Term("Sparse autoencoder", "稀疏自编码器"),
    "contractive": Term("Contractive autoencoder", "收缩自编码器"),
    "stacked": Term("Stacked autoencoder", "栈式自编码器"),
    "recurrent": Term("Recurrent autoencoder", "循环自编码器"),
    "variational": Term("Variational autoencoder", "变分自编码器"),
    "vae": Term("VAE", "变分自编码器"),
    "adversarial": Term("Adversarial autoencoder", "对抗自编码器"),
    "pca": Term("Principal components", "主成分分析"),
    # GANs
    "minimax": Term("Vanilla GAN, minimax", "极小极大损失"),
    "non-saturating": Term("Vanilla GAN, non-saturating", "非饱和损失"),
    "dcgan": Term("DCGAN", "深度卷积生成对抗网络"),
    "conditional": Term("Conditional GAN", "条件生成对抗网络"),
    "wgan": Term("WGAN, weight clipping", "权重裁剪"),
    "wgan-gp": Term("WGAN-GP, gradient penalty", "梯度惩罚"),
    "generator": Term("Generator", "生成器"),
    "discriminator": Term("Discriminator", "判别器"),
    "vanishing-gradients": Term("Vanishing gradients", "梯度消失"),
    "mode-collapse": Term("Mode collapse", "模式崩溃"),
    "instability": Term("Instability", "训练不稳定"),
    "minibatch": Term("Minibatch discrimination", "小批量判别"),
    "spectral": Term("Spectral normalization", "谱归一化"),
    "instance_noise": Term("Instance noise", "实例噪声"),
    "penalty": Term("Gradient penalty", "梯度惩罚"),
    "best-discriminator": Term("Best discriminator", "最优判别器"),
    # diffusion
    "ddpm": Term("DDPM", "去噪扩散概率模型"),
    "ddim": Term("DDIM", "去噪扩散隐式模型"),
    "score": Term("Score-based sampler", "基于分数的采样"),
    # quantities
    "latent": Term("Code", "隐变量"),
    "hidden": Term("Hidden units", "隐藏单元"),
    "noise": Term("Noise", "噪声"),
    "beta": Term("Beta"),
    "elbo": Term("ELBO", "证据下界"),
    "kl": Term("KL divergence", "KL 散度"),
    "sparsity": Term("Sparsity", "稀疏性"),
    "target": Term("Target activation", "目标激活度"),
    "rate": Term("Learning rate", "学习率"),
    "batch": Term("Batch", "批大小"),
    "seed": Term("Seed", "随机种子"),
    "loss": Term("Loss", "损失函数"),
    "distribution": Term("Distribution", "分布"),
    "labels": Term("Labels", "标签"),
    "compression": Term("Compression ratio", "压缩比"),
    "pruning": Term("Pruning", "剪枝"),
    "quantization": Term("Quantization", "量化"),
}
